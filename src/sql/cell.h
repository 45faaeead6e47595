
/* Single cells of a PGresult, for those who keep a few. */


#ifndef API_SQL_CELL_H
#define API_SQL_CELL_H


#include "core/core.h"
#include "core/value.h"


struct pg_result;              /* PGresult */


/* the column's number by its exact name, or NGX_ERROR */
ngx_int_t api_sql_cell_column(const struct pg_result *res,
    const ngx_str_t *name);

/*
 * The same by a variable's name, which nginx has in lower case: the column of
 * exactly that name, else the first one that differs in case only.
 */
ngx_int_t api_sql_cell_variable(const struct pg_result *res,
    const ngx_str_t *name);

/*
 * A copy of the cell in the first row (text, a NUL behind); NULL where the
 * cell is NULL or there is no row.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_cell_copy(ngx_pool_t *pool,
    const struct pg_result *res, ngx_int_t column, api_value_t *out);

/* the same, of a bytea its bytes */
API_MUST_CHECK ngx_int_t api_sql_cell_bytes(ngx_pool_t *pool,
    const struct pg_result *res, ngx_int_t column, api_value_t *out);

/* how many rows there are */
ngx_uint_t api_sql_cell_rows(const struct pg_result *res);

/* the text of a cell where it lies, which is the result's memory, a NUL behind;
   data is NULL where the cell is NULL */
void api_sql_cell_at(const struct pg_result *res, ngx_uint_t row,
    ngx_int_t column, ngx_str_t *text);

/* of a result that was kept, see job->kept of db/db.h; or NULL */
void api_sql_cell_free(struct pg_result *res);

/* is this the failed result with that SQLSTATE? */
ngx_uint_t api_sql_cell_is_state(const struct pg_result *res,
    const char *state);


#endif /* API_SQL_CELL_H */
