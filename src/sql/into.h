
/*
 * What an INSERT puts into a column.  sql/target knows which columns are made
 * of one parameter; this tells of a column that it is made of none.
 */


#ifndef API_SQL_INTO_H
#define API_SQL_INTO_H


#include "core/core.h"
#include "sql/statement.h"


/*
 * Which parameters an INSERT of given rows, VALUES or a SELECT without FROM,
 * puts into a column: inside[], one a parameter, is set to 1 for these and to
 * 0 for the others.  None is in a column that is not in its list.
 *
 * NGX_OK; NGX_DECLINED: it is an INSERT of other rows; NGX_BUSY: it is another
 * statement, or one that may also change rows; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_sql_into(ngx_pool_t *pool,
    const api_sql_statement_t *statement, const ngx_str_t *column,
    ngx_uint_t *inside);


#endif /* API_SQL_INTO_H */
