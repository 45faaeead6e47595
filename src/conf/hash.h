
/*
 * Api_hash_password.
 */


#ifndef API_CONF_HASH_H
#define API_CONF_HASH_H


#include "http/route.h"


/* that the passwords are fields of the body, and bounded */
API_MUST_CHECK ngx_int_t api_conf_hashes(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_HASH_H */
