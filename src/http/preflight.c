
#include "http/preflight.h"
#include "http/headers.h"


static const ngx_str_t *asked_method(ngx_http_request_t *r);


ngx_uint_t
api_http_preflight_is(ngx_http_request_t *r, void **loc_conf)
{
    const api_http_loc_conf_t  *alcf;

    alcf = loc_conf[ngx_http_api_module.ctx_index];

    return alcf->preflight != NULL && asked_method(r) != NULL;
}


ngx_int_t
api_http_preflight_match(ngx_http_request_t *r,
    const api_route_table_t *table, api_route_match_t *m,
    api_route_result_e *result)
{
    ngx_uint_t               method;
    api_route_match_t        options;
    const ngx_str_t         *asked;
    const api_http_route_t  *route;

    static const ngx_str_t  head = ngx_string("HEAD");

    asked = asked_method(r);

    if (asked == NULL) {
        return NGX_DECLINED;
    }

    method = api_str_equal(asked, &head) ? API_METHOD_HEAD
                                         : api_route_method(asked);

    *result = api_route_table_match(table, method, &r->uri, r->pool, m);

    if (*result == API_ROUTE_NONE || *result == API_ROUTE_ERROR) {
        return NGX_OK;
    }

    route = m->data;

    if (api_http_preflight_is(r, route->loc_conf)) {
        return NGX_OK;
    }

    /* it is of the route that is asked about all the same, which lets no page
       of another site know */

    if (api_route_table_match(table, API_METHOD_OPTIONS, &r->uri, r->pool,
                              &options)
        == API_ROUTE_FOUND)
    {
        *m = options;
        *result = API_ROUTE_FOUND;

    } else {
        *result = API_ROUTE_METHOD;
    }

    return NGX_OK;
}


/* NULL: it is no preflight */

static const ngx_str_t *
asked_method(ngx_http_request_t *r)
{
    const ngx_table_elt_t  *h;

    static const ngx_str_t  origin = ngx_string("Origin");
    static const ngx_str_t  method =
                                 ngx_string("Access-Control-Request-Method");

    if (r->method != NGX_HTTP_OPTIONS
        || api_http_headers_sent(r, &origin) == NULL)
    {
        return NULL;
    }

    h = api_http_headers_sent(r, &method);

    return h != NULL ? &h->value : NULL;
}
