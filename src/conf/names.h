
/*
 * No name twice, what is never used.
 */


#ifndef API_CONF_NAMES_H
#define API_CONF_NAMES_H


#include "http/route.h"


/* the names a route declares, and what became of them */
API_MUST_CHECK ngx_int_t api_conf_names(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_NAMES_H */
