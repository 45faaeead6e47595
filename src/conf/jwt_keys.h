
/*
 * Where the keys of an api_jwt come from: "key" and "jwks" of its block.
 */


#ifndef API_CONF_JWT_KEYS_H
#define API_CONF_JWT_KEYS_H


#include "conf/block.h"
#include "http/jwt.h"


/* setters of a block whose conf begins with the api_http_jwt_t * */
char *api_conf_jwt_key(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
char *api_conf_jwt_jwks(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);

/* when the block is read: all of them.  NGX_CONF_OK or NGX_CONF_ERROR (told) */
char *api_conf_jwt_load(ngx_conf_t *cf, api_http_jwt_t *jwt);


#endif /* API_CONF_JWT_KEYS_H */
