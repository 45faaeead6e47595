
/*
 * Passwords: api_password { }, and what api_hash_password and
 * api_verify_password have in common.
 */


#ifndef API_CONF_PASSWORD_H
#define API_CONF_PASSWORD_H


#include "http/password.h"


/* the password's field, *n of body->fields: it is a bounded string.  NULL, or
   the end of a sentence */
const char *api_conf_password_field(ngx_conf_t *cf, api_http_route_t *route,
    const ngx_str_t *source, ngx_uint_t *n);

/* a route hashes: workers make their threads */
void api_conf_password_needed(ngx_conf_t *cf);


#endif /* API_CONF_PASSWORD_H */
