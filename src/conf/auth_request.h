
/*
 * An auth_request that makes a 500 of a route's 404.
 */


#ifndef API_CONF_AUTH_REQUEST_H
#define API_CONF_AUTH_REQUEST_H


#include "http/route.h"


/* warns of auth_request onto a route that finds nothing with a status it does
   not know */
void api_conf_auth_request(ngx_conf_t *cf, const api_http_srv_conf_t *ascf);


#endif /* API_CONF_AUTH_REQUEST_H */
