
/*
 * nginx variables: $api_route, $api_error, $api_db_time, $api_row_NAME.
 */


#ifndef API_HTTP_VARS_H
#define API_HTTP_VARS_H


#include "http/ctx.h"


/* what $api_row_NAME begins with */
#define API_HTTP_VARS_ROW  "api_row_"


/* in preconfiguration.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_vars_add(ngx_conf_t *cf);


#endif /* API_HTTP_VARS_H */
