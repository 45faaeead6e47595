
/*
 * api_jwks: the public halves of our own keys, for those who verify what we
 * have signed.
 */


#ifndef API_HTTP_JWKS_H
#define API_HTTP_JWKS_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* content handler of a location that has an api_jwt */
ngx_int_t api_http_jwks_handler(ngx_http_request_t *r);


#endif /* API_HTTP_JWKS_H */
