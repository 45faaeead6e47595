
/*
 * The catalog's word on the columns of the tables that statements write to.
 */


#ifndef API_SQL_COLUMNS_H
#define API_SQL_COLUMNS_H


#include "sql/statement.h"
#include "core/core.h"


struct pg_result;              /* PGresult */


typedef struct {
    ngx_str_t   table;         /* as it was asked for */
    ngx_str_t   name;
    ngx_uint_t  position;      /* among those that are there, from 1; beyond
                                  all of them: the table's below a view that
                                  does not show it, and needed there */
    ngx_str_t   bounded;       /* its type as format_type() writes it, a
                                  domain's as what it stands on; empty: a rule
                                  may do something else with it, or a view that
                                  is more than a table seen through it */
    unsigned    type;          /* OID; of a domain what it stands on */
    unsigned    needed:1;      /* a row has to have a value for it: it may not
                                  be NULL, and has no default */
    unsigned    filled:1;      /* unless a trigger of the table gives it one */
} api_sql_column_t;


/* names of rules begin so, see there */
#define API_SQL_COLUMNS_VIEW       "view "
#define API_SQL_COLUMNS_COLUMN     "column "
#define API_SQL_COLUMNS_ATTRIBUTE  "attribute "


/*
 * A CHECK constraint, the table's or a domain's, and a column that it is on; or
 * a generated column, and one that it is made of; or "view NAME", and a column
 * that its condition is on (the check option); or "column NAME" of the table
 * below a view, and what the view calls it; or "attribute NAME", and one of a
 * composite column whose type has a constraint of that name, or is that, as
 * "character varying(5)"; or, with neither name nor column, that it is a table
 * that no rule replaces, or a view that changes rows of one.
 * A column that the view does not show is "table.column".
 */
typedef struct {
    ngx_str_t   table;         /* as it was asked for */
    ngx_str_t   name;          /* the constraint's, the other column's */
    ngx_str_t   column;
} api_sql_constraint_t;


/* with an array of tables, as written, for their parameter; these two are in
   sql/columns_query.c */
extern const char  api_sql_columns_sql[];
extern const char  api_sql_columns_rules[];

/*
 * That array, of all that the n statements write to, NUL behind; empty: they
 * write to none.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_columns_tables(ngx_pool_t *pool,
    const api_sql_statement_t *const *statements, ngx_uint_t n,
    ngx_str_t *tables);


/*
 * Its result: columns is made, of api_sql_column_t, copies in pool.  NGX_OK or
 * NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_columns_load(ngx_pool_t *pool,
    const struct pg_result *res, ngx_array_t *columns);

/* the same of the other one: of api_sql_constraint_t, by name */
API_MUST_CHECK ngx_int_t api_sql_columns_rules_load(ngx_pool_t *pool,
    const struct pg_result *res, ngx_array_t *rules);

/* by the name, or where that is empty by the position; NULL: there is none */
const api_sql_column_t *api_sql_columns_find(const ngx_array_t *columns,
    const ngx_str_t *table, const ngx_str_t *name, ngx_uint_t position);


#endif /* API_SQL_COLUMNS_H */
