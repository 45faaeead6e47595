
/*
 * Every $name of a statement to what it stands for.
 */


#ifndef API_CONF_BIND_H
#define API_CONF_BIND_H


#include "http/route.h"


/* every $name of a route's statements to what it stands for */
API_MUST_CHECK ngx_int_t api_conf_bind(ngx_conf_t *cf,
    api_http_route_t *route);

/* one of them, as the n-th statement says it, to bind.  NULL, or the end of a
   sentence that begins with the name */
const char *api_conf_bind_name(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t n, api_sql_param_t *param, api_http_bind_t *bind);


#endif /* API_CONF_BIND_H */
