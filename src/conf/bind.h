
/*
 * Every $name of a statement to what it stands for.
 */


#ifndef API_CONF_BIND_H
#define API_CONF_BIND_H


#include "http/route.h"


/* every $name of a route's statements to what it stands for */
API_MUST_CHECK ngx_int_t api_conf_bind(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_BIND_H */
