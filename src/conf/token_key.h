
/*
 * The key that tokens of our own are signed with.
 */


#ifndef API_CONF_TOKEN_KEY_H
#define API_CONF_TOKEN_KEY_H


#include "http/token.h"


/* the line that is being read: key env:NAME|file:FILE [kid=NAME].  NGX_OK or
   NGX_ERROR (told) */
API_MUST_CHECK ngx_int_t api_conf_token_key(ngx_conf_t *cf,
    api_http_token_t *token);


#endif /* API_CONF_TOKEN_KEY_H */
