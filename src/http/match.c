
#include "http/match.h"
#include "http/input.h"
#include "http/request.h"
#include "http/respond.h"


static ngx_int_t api_http_match_phase(ngx_http_request_t *r,
    ngx_http_phase_handler_t *ph);
static ngx_int_t api_http_match_take(ngx_http_request_t *r,
    const api_route_match_t *m);
static void api_http_match_leave(ngx_http_request_t *r);
static void api_http_match_refuse(ngx_http_request_t *r,
    api_route_result_e result, const api_route_match_t *m);
static ngx_int_t api_http_match_allow(api_http_ctx_t *ctx, ngx_uint_t allow);
static ngx_uint_t api_http_match_method(ngx_uint_t method);


ngx_int_t
api_http_match_init(ngx_cycle_t *cycle)
{
    api_http_main_conf_t       *amcf;
    ngx_http_phase_handler_t   *ph;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    if (cmcf == NULL || amcf == NULL || amcf->nroutes == 0) {
        return NGX_OK;
    }

    for (ph = cmcf->phase_engine.handlers; ph->checker; ph++) {
        if (ph->checker == ngx_http_core_find_config_phase) {
            ph->checker = api_http_match_phase;
        }
    }

    return NGX_OK;
}


static ngx_int_t
api_http_match_phase(ngx_http_request_t *r, ngx_http_phase_handler_t *ph)
{
    api_route_match_t     m;
    api_route_result_e    result;
    api_http_srv_conf_t  *ascf;

    ascf = ngx_http_get_module_srv_conf(r, ngx_http_api_module);

    if (ascf->table == NULL) {
        return ngx_http_core_find_config_phase(r, ph);
    }

    result = api_route_table_match(ascf->table,
                                   api_http_match_method(r->method), &r->uri,
                                   r->pool, &m);

    switch (result) {

    case API_ROUTE_NONE:
        api_http_match_leave(r);
        break;

    case API_ROUTE_FOUND:
        if (api_http_match_take(r, &m) != NGX_OK) {
            ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
            return NGX_OK;
        }

        break;

    case API_ROUTE_METHOD:
    case API_ROUTE_BAD_VALUE:
        api_http_match_refuse(r, result, &m);
        return NGX_OK;

    default: /* API_ROUTE_ERROR */
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return NGX_OK;
    }

    /* no location lies inside a route: what we set stays, and nginx does
       the rest (internal, body size, redirects) */

    return ngx_http_core_find_config_phase(r, ph);
}


static ngx_int_t
api_http_match_take(ngx_http_request_t *r, const api_route_match_t *m)
{
    api_http_ctx_t          *ctx;
    const api_http_route_t  *route;

    ctx = api_http_request_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    route = m->data;

    if (m->nvalues != 0) {
        ctx->segments = ngx_palloc(r->pool, m->nvalues * sizeof(ngx_str_t));
        if (ctx->segments == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(ctx->segments, m->values, m->nvalues * sizeof(ngx_str_t));
    }

    ctx->route = route;
    r->loc_conf = route->loc_conf;

    return NGX_OK;
}


/* "rewrite ... last" of a route went elsewhere */

static void
api_http_match_leave(ngx_http_request_t *r)
{
    api_http_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (ctx != NULL) {
        ctx->route = NULL;
    }
}


/*
 * 405, OPTIONS and a bad value are answered here and not in the content phase:
 * the route's own rewrite and access directives speak of another request.
 */

static void
api_http_match_refuse(ngx_http_request_t *r, api_route_result_e result,
    const api_route_match_t *m)
{
    ngx_int_t        rc;
    api_http_ctx_t  *ctx;

    if (api_http_match_take(r, m) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    ngx_http_update_location_config(r);

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    ctx = api_http_request_ctx(r);

    if (result == API_ROUTE_BAD_VALUE) {
        /* checked once more, with all the others: every failure is named */
        rc = api_http_input_parameters(ctx);

    } else {
        ctx->route = NULL;
        rc = api_http_match_allow(ctx, m->allow);
    }

    switch (rc) {

    case NGX_OK:
        rc = api_http_respond_options(r);
        break;

    case NGX_DECLINED:
        rc = api_http_respond_error(ctx);
        break;

    default:
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_finalize_request(r, rc);
}


/* NGX_OK: that was OPTIONS; NGX_DECLINED: 405; NGX_ERROR */

static ngx_int_t
api_http_match_allow(api_http_ctx_t *ctx, ngx_uint_t allow)
{
    if (api_http_respond_allow(ctx->request, allow) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx->request->method == NGX_HTTP_OPTIONS) {
        return NGX_OK;
    }

    api_error_set(&ctx->error, API_ERROR_METHOD,
                  "this path has no such method; Allow lists those it has");

    return NGX_DECLINED;
}


static ngx_uint_t
api_http_match_method(ngx_uint_t method)
{
    switch (method) {

    case NGX_HTTP_GET:
        return API_METHOD_GET;

    case NGX_HTTP_HEAD:
        return API_METHOD_HEAD;

    case NGX_HTTP_POST:
        return API_METHOD_POST;

    case NGX_HTTP_PUT:
        return API_METHOD_PUT;

    case NGX_HTTP_PATCH:
        return API_METHOD_PATCH;

    case NGX_HTTP_DELETE:
        return API_METHOD_DELETE;

    case NGX_HTTP_OPTIONS:
        return API_METHOD_OPTIONS;

    default:
        return 0;
    }
}
