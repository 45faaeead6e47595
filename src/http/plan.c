
#include "http/plan.h"


const api_http_part_t *
api_http_plan_part(const api_http_route_t *route, ngx_uint_t n)
{
    const api_http_query_t  *query;

    if (n == API_HTTP_PLAN_LEAD) {
        return route->parts;
    }

    query = route->queries.elts;

    return &route->parts[query[n].part];
}


ngx_uint_t
api_http_plan_step(const api_http_route_t *route, ngx_uint_t n)
{
    return route->lead + n - api_http_plan_part(route, n)->first;
}


ngx_int_t
api_http_plan_query(const api_http_route_t *route, ngx_uint_t part,
    ngx_uint_t step)
{
    return step < route->lead
           ? NGX_DECLINED
           : (ngx_int_t) (route->parts[part].first + step - route->lead);
}


ngx_uint_t
api_http_plan_last(const api_http_route_t *route, ngx_uint_t n)
{
    const api_http_part_t  *part;

    part = api_http_plan_part(route, n);

    return part->first + part->n - 1;
}
