
/*
 * Api_param, and the inputs of a route with those of its path.
 */


#ifndef API_CONF_PARAM_H
#define API_CONF_PARAM_H


#include "http/route.h"


/* letters, digits and "_"; NULL or why it cannot be a name */
const char *api_conf_name(const ngx_str_t *name);

/* the values of the path and the parameters (the location's where the route
   has none of that name) to route->inputs */
API_MUST_CHECK ngx_int_t api_conf_inputs(ngx_conf_t *cf,
    api_http_route_t *route, const ngx_array_t *own,
    const ngx_array_t *inherited);


#endif /* API_CONF_PARAM_H */
