
#include "http/plan.h"


ngx_uint_t
api_http_plan_step(const api_http_route_t *route, ngx_uint_t n)
{
    return route->lead + n;
}


ngx_int_t
api_http_plan_query(const api_http_route_t *route, ngx_uint_t step)
{
    return step < route->lead ? NGX_DECLINED
                              : (ngx_int_t) (step - route->lead);
}
