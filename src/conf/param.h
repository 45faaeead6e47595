
/*
 * The directive api_param, and the inputs of a route with those of its path.
 */


#ifndef API_CONF_PARAM_H
#define API_CONF_PARAM_H


#include "http/route.h"


/* letters, digits and "_"; NULL or why it cannot be a name */
const char *api_conf_name(const ngx_str_t *name);

/* the word "$name": NULL and the name without "$", or why it cannot be one */
const char *api_conf_name_dollar(const ngx_str_t *word, ngx_str_t *name);

/* names with dots between them, user.password; NULL or why not */
const char *api_conf_name_dots(const ngx_str_t *path);

/* the values of the path and the parameters (the location's where the route
   has none of that name) to route->inputs */
API_MUST_CHECK ngx_int_t api_conf_inputs(ngx_conf_t *cf,
    api_http_route_t *route, const ngx_array_t *own,
    const ngx_array_t *inherited);


#endif /* API_CONF_PARAM_H */
