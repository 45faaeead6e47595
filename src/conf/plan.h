
/*
 * A route's statements as the plan its database runs.
 */


#ifndef API_CONF_PLAN_H
#define API_CONF_PLAN_H


#include "http/route.h"


/* the route's statements as its database runs them */
API_MUST_CHECK ngx_int_t api_conf_plan(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_PLAN_H */
