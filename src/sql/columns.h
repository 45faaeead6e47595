
/*
 * The catalog's word on the columns of the tables that statements write to.
 */


#ifndef API_SQL_COLUMNS_H
#define API_SQL_COLUMNS_H


#include "core/core.h"


struct pg_result;              /* PGresult */


typedef struct {
    ngx_str_t   table;         /* as it was asked for */
    ngx_str_t   name;
    ngx_uint_t  position;      /* among those that are there, from 1 */
    ngx_str_t   bounded;       /* its type as format_type() writes it, a
                                  domain's as what it stands on; empty: a rule
                                  or a view may do something else with it */
    unsigned    type;          /* OID; of a domain what it stands on */
    unsigned    needed:1;      /* a row has to have a value for it: it may not
                                  be NULL, and has no default */
    unsigned    filled:1;      /* unless a trigger of the table gives it one */
} api_sql_column_t;


/* with an array of tables, as written, for its parameter */
extern const char  api_sql_columns_sql[];


/*
 * Its result: columns is made, of api_sql_column_t, copies in pool.  NGX_OK or
 * NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_columns_load(ngx_pool_t *pool,
    const struct pg_result *res, ngx_array_t *columns);

/* by the name, or where that is empty by the position; NULL: there is none */
const api_sql_column_t *api_sql_columns_find(const ngx_array_t *columns,
    const ngx_str_t *table, const ngx_str_t *name, ngx_uint_t position);


#endif /* API_SQL_COLUMNS_H */
