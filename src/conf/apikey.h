
/*
 * The lines of api_key { }.
 */


#ifndef API_CONF_APIKEY_H
#define API_CONF_APIKEY_H


#include "http/jwt.h"


/* the block behind the directive that is being read; its place is set.
   *required: what "required" says, or NGX_CONF_UNSET_UINT.  NGX_CONF_OK or
   NGX_CONF_ERROR (told) */
char *api_conf_apikey_block(ngx_conf_t *cf, api_http_apikey_t *key,
    ngx_uint_t *required);

/* when all of http { } is read.  NGX_OK or NGX_ERROR (told, or memory) */
API_MUST_CHECK ngx_int_t api_conf_apikey_finish(ngx_conf_t *cf,
    api_http_apikey_t *key);


#endif /* API_CONF_APIKEY_H */
