
/*
 * nginx variables: $api_route, $api_error, $api_db_time, $api_wait_time,
 * $api_row_NAME.
 */


#ifndef API_HTTP_VARS_H
#define API_HTTP_VARS_H


#include "http/ctx.h"


/* what $api_row_NAME begins with */
#define API_HTTP_VARS_ROW  "api_row_"


/* what $api_route and $api_error say: NULL, and API_ERROR_NONE, for nothing */
const api_http_route_t *api_http_vars_route(ngx_http_request_t *r);
api_error_code_e api_http_vars_code(ngx_http_request_t *r);

/* who has db_time and wait_time of r; NULL: no database was asked */
const api_http_ctx_t *api_http_vars_asked(ngx_http_request_t *r);

/* in preconfiguration: these variables.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_vars_add(ngx_conf_t *cf);

/* the same with those of a chapter, up to ngx_http_null_variable */
API_MUST_CHECK ngx_int_t api_http_vars_add_list(ngx_conf_t *cf,
    const ngx_http_variable_t *list);


#endif /* API_HTTP_VARS_H */
