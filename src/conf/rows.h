
/*
 * $user.id: an earlier statement's column, and its type.
 */


#ifndef API_CONF_ROWS_H
#define API_CONF_ROWS_H


#include "check/check.h"
#include "http/route.h"


/* the statement that says "as=name", or NULL */
api_http_query_t *api_conf_rows_as(const api_http_route_t *route,
    const ngx_str_t *name);

/* a statement is described (see check/check.h): its columns' types are declared
   for what later ones of its route call $name.column */
void api_conf_rows_described(const api_check_statement_t *statement);

/* nobody could be asked: workers will find out which types the columns of
   earlier rows are */
void api_conf_rows_late(const api_check_t *check);

/* is the query's parameter n, if it is a column of an earlier row, there, and
   of a type that can be read? NGX_OK or NGX_DECLINED (logged) */
API_MUST_CHECK ngx_int_t api_conf_rows(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    ngx_uint_t n, const api_check_t *check,
    const api_check_statement_t *statement);


/* the same of what directives read of the query's row: is the column there, of
   the type they want? */
API_MUST_CHECK ngx_int_t api_conf_rows_read(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    const api_check_t *check, const api_check_statement_t *statement);


#endif /* API_CONF_ROWS_H */
