
/*
 * $api_jwt_NAME, $api_jwt_claims, $api_jwt_status and $api_auth, for logs, maps
 * and keys of limits.
 */


#ifndef API_HTTP_JWT_VARS_H
#define API_HTTP_JWT_VARS_H


#include "http/jwt.h"


/* in preconfiguration.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_jwt_vars_add(ngx_conf_t *cf);


#endif /* API_HTTP_JWT_VARS_H */
