
/*
 * Api_route { }: a nested location.
 */


#ifndef API_CONF_ROUTE_H
#define API_CONF_ROUTE_H


#include "http/route.h"


/* NULL in a route's own block, else the end of a sentence that begins with the
   directive's name */
char *api_conf_in_route(ngx_conf_t *cf, const api_http_loc_conf_t *alcf);


#endif /* API_CONF_ROUTE_H */
