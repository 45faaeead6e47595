
/*
 * The rows that a statement inserts, as its text says: into which table, which
 * of its columns it names, how many rows VALUES has.
 */


#ifndef API_SQL_INSERTS_H
#define API_SQL_INSERTS_H


#include "sql/statement.h"
#include "core/core.h"


typedef struct {
    ngx_str_t     table;       /* as written, quotes and schema included,
                                  without blanks */
    size_t        offset;      /* bytes into the source: its name, or of MERGE
                                  its INSERT */
    ngx_array_t  *columns;     /* of ngx_str_t, as PostgreSQL keeps them; NULL:
                                  none is named, */
    ngx_uint_t    width;       /* the first so many get a value */
    ngx_uint_t    rows;        /* of VALUES; 0: a query, or DEFAULT VALUES */
    unsigned      query:1;     /* it has any number of rows, as MERGE has */
    unsigned      main:1;      /* it is the statement itself, */
    unsigned      conflict:1;  /* with ON CONFLICT */
} api_sql_insert_t;


/*
 * inserts is made, of api_sql_insert_t: of those that are understood.  NGX_OK
 * or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_inserts(ngx_pool_t *pool,
    const api_sql_statement_t *statement, ngx_array_t *inserts);


#endif /* API_SQL_INSERTS_H */
