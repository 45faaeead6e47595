
#include "conf/part.h"


static ngx_uint_t begins(const api_http_route_t *route, ngx_uint_t n);


ngx_int_t
api_conf_part_add(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t n,
    const api_http_step_t *step)
{
    api_http_between_t  *between;

    if (route->between == NULL) {
        route->between = ngx_array_create(cf->pool, 2,
                                          sizeof(api_http_between_t));
        if (route->between == NULL) {
            return NGX_ERROR;
        }
    }

    between = ngx_array_push(route->between);
    if (between == NULL) {
        return NGX_ERROR;
    }

    between->step = step;
    between->before = n;

    return NGX_OK;
}


ngx_int_t
api_conf_parts(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t         i, n;
    api_http_part_t   *part;
    api_http_query_t  *query;

    n = 1;

    for (i = 1; i < route->queries.nelts; i++) {
        n += begins(route, i);
    }

    part = ngx_pcalloc(cf->pool, n * sizeof(api_http_part_t));
    if (part == NULL) {
        return NGX_ERROR;
    }

    route->parts = part;
    route->nparts = n;

    part->plan = &route->plan;

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {

        if (i != 0 && begins(route, i)) {
            part++;
            part->first = i;

            part->plan = ngx_pcalloc(cf->pool, sizeof(api_db_plan_t));
            if (part->plan == NULL) {
                return NGX_ERROR;
            }
        }

        query[i].part = (ngx_uint_t) (part - route->parts);
        part->n++;
    }

    return NGX_OK;
}


/* does a step stand right before the n-th query? */

static ngx_uint_t
begins(const api_http_route_t *route, ngx_uint_t n)
{
    ngx_uint_t                 i;
    const api_http_between_t  *between;

    if (route->between == NULL) {
        return 0;
    }

    between = route->between->elts;

    for (i = 0; i < route->between->nelts; i++) {
        if (between[i].before == n) {
            return 1;
        }
    }

    return 0;
}
