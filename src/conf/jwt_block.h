
/*
 * The lines of api_jwt { }.
 */


#ifndef API_CONF_JWT_BLOCK_H
#define API_CONF_JWT_BLOCK_H


#include "http/jwt.h"


/* the words of "required" and of api_jwt itself.  NGX_OK and *required, or
   NGX_DECLINED */
API_MUST_CHECK ngx_int_t api_conf_jwt_required(const ngx_str_t *word,
    ngx_uint_t *required);

/* a value of "realm" into an empty one.  NGX_CONF_OK or the end of a
   sentence */
char *api_conf_jwt_realm(ngx_str_t *value, ngx_str_t *realm);

/* the block behind the directive that is being read: *jwt, whose place is set,
   and what its "required" says.  NGX_CONF_OK or NGX_CONF_ERROR (told) */
char *api_conf_jwt_block(ngx_conf_t *cf, api_http_jwt_t *jwt,
    ngx_uint_t *required);


#endif /* API_CONF_JWT_BLOCK_H */
