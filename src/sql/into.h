
/*
 * What a statement puts into a column, as its text says.  sql/target knows
 * which columns are made of one parameter; this tells of a column that it is
 * made of none, or which have to do with the rows it is computed from.
 */


#ifndef API_SQL_INTO_H
#define API_SQL_INTO_H


#include "sql/statement.h"
#include "core/core.h"


/* the parameter is a part of the expression that is stored there */
#define API_SQL_INTO_MADE   0x01

/* it has to do with the rows that the expression is computed from: by WHERE,
   FROM, WITH, or in conflict with what is there */
#define API_SQL_INTO_ROWS   0x02

/* or with those rows that a constant is put into */
#define API_SQL_INTO_CONST  0x04


typedef struct {
    ngx_str_t  table;          /* as written, quotes and schema included,
                                  without blanks */
    ngx_str_t  relation;       /* its last name as PostgreSQL keeps it */
} api_sql_into_table_t;


/*
 * inside: one a parameter, of API_SQL_INTO_*; 0: it has nothing to do with that
 * column, which is left as it is or to its default, or made of other things.
 *
 * NGX_OK: of the relation's column; NGX_AGAIN: nothing is written to that
 * relation by name, so this is of the column in any other, which may be one
 * that it is a partition of, or a view; NGX_DECLINED: there are items without
 * a column's name: those of one parameter are left to sql/target; NGX_ERROR:
 * memory.
 */
API_MUST_CHECK ngx_int_t api_sql_into(ngx_pool_t *pool,
    const api_sql_statement_t *statement, const ngx_str_t *relation,
    const ngx_str_t *column, ngx_uint_t *inside);

/*
 * The tables that it inserts into, updates or deletes from: tables is made, of
 * api_sql_into_table_t.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_into_tables(ngx_pool_t *pool,
    const api_sql_statement_t *statement, ngx_array_t *tables);


#endif /* API_SQL_INTO_H */
