
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

/* when levels are merged: what it names none of is that of the api_jwt in force
   there, if that one's keys can sign.  NGX_OK or NGX_ERROR (told, or memory) */
API_MUST_CHECK ngx_int_t api_conf_token_jwt(ngx_conf_t *cf,
    const api_http_route_t *route, api_http_token_t *token);


#endif /* API_CONF_TOKEN_KEY_H */
