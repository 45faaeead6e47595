
/*
 * nginx variables: $api_route, $api_request_id, $api_error, $api_db_time,
 * $api_row_NAME.
 */


#ifndef API_HTTP_VARS_H
#define API_HTTP_VARS_H


#include "http/ctx.h"


/* in preconfiguration.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_vars_add(ngx_conf_t *cf);

/*
 * The request's id: X-Request-Id as sent when it is 1 to 128 characters of
 * A-Z a-z 0-9 . _ -, else nginx's $request_id.  Never empty but for lack of
 * memory.
 */
const ngx_str_t *api_http_vars_request_id(api_http_ctx_t *ctx);


#endif /* API_HTTP_VARS_H */
