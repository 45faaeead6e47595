
#include "http/match.h"
#include "http/ctx.h"
#include "http/input.h"
#include "http/location.h"
#include "http/log_line.h"
#include "http/preflight.h"
#include "http/respond.h"


static void api_http_match_wrap(ngx_http_core_main_conf_t *cmcf);
static ngx_int_t api_http_match_phase(ngx_http_request_t *r,
    ngx_http_phase_handler_t *ph);
static ngx_int_t api_http_match_rewritten_phase(ngx_http_request_t *r,
    ngx_http_phase_handler_t *ph);
static ngx_int_t api_http_match_precontent_phase(ngx_http_request_t *r,
    ngx_http_phase_handler_t *ph);
static void api_http_match_leave(ngx_http_request_t *r);
static api_route_result_e api_http_match_find(ngx_http_request_t *r,
    api_http_location_t *found, api_route_match_t *m);
static api_route_result_e api_http_match_table(ngx_http_request_t *r,
    const api_route_table_t *table, api_route_match_t *m);
static ngx_uint_t api_http_match_is_others(void **loc_conf,
    api_route_result_e result);
static ngx_uint_t api_http_match_outranks(ngx_http_request_t *r,
    const api_http_location_t *found, const api_route_match_t *m);
static ngx_int_t api_http_match_stage(ngx_http_request_t *r,
    const api_http_location_t *found);
static ngx_uint_t api_http_match_stays(ngx_http_request_t *r,
    void **location);
static ngx_int_t api_http_match_stay(ngx_http_request_t *r,
    ngx_http_phase_handler_t *ph);
static ngx_int_t api_http_match_go(ngx_http_request_t *r,
    ngx_http_phase_handler_t *ph, api_route_result_e result,
    const api_route_match_t *m);
static ngx_int_t api_http_match_take(ngx_http_request_t *r,
    const api_route_match_t *m);
static ngx_int_t api_http_match_refuse(ngx_http_request_t *r);
static ngx_int_t api_http_match_failed(ngx_http_request_t *r);
static ngx_uint_t api_http_match_method(ngx_uint_t method);


ngx_int_t
api_http_match_init(ngx_cycle_t *cycle)
{
    api_http_main_conf_t       *amcf;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    if (cmcf != NULL && amcf != NULL && amcf->nroutes != 0) {
        api_http_match_wrap(cmcf);
    }

    return NGX_OK;
}


/* the handlers of the phases before and in content are the engine's last */

static void
api_http_match_wrap(ngx_http_core_main_conf_t *cmcf)
{
    ngx_uint_t                 n, content, precontent;
    ngx_http_phase_handler_t  *ph;

    ph = cmcf->phase_engine.handlers;

    for (n = 0; ph[n].checker; n++) {

        if (ph[n].checker == ngx_http_core_find_config_phase) {
            ph[n].checker = api_http_match_phase;

        } else if (ph[n].checker == ngx_http_core_post_rewrite_phase) {
            ph[n].checker = api_http_match_rewritten_phase;
        }
    }

    content = cmcf->phases[NGX_HTTP_CONTENT_PHASE].handlers.nelts;
    precontent = cmcf->phases[NGX_HTTP_PRECONTENT_PHASE].handlers.nelts;

    for (n -= content; precontent > 0; precontent--) {
        n--;

        if (ph[n].checker == ngx_http_core_generic_phase) {
            ph[n].checker = api_http_match_precontent_phase;
        }
    }
}


static ngx_int_t
api_http_match_phase(ngx_http_request_t *r, ngx_http_phase_handler_t *ph)
{
    api_http_ctx_t       *ctx;
    api_route_match_t     m;
    api_route_result_e    result;
    api_http_loc_conf_t  *alcf;
    api_http_srv_conf_t  *ascf;
    api_http_location_t   found;

    ascf = ngx_http_get_module_srv_conf(r, ngx_http_api_module);

    if (ascf->routes == NULL) {
        return ngx_http_core_find_config_phase(r, ph);
    }

    api_http_log_line(r);
    api_http_match_leave(r);

    if (api_http_location_find(r, &found) != NGX_OK) {
        return api_http_match_failed(r);
    }

    result = api_http_match_find(r, &found, &m);

    if (result == API_ROUTE_ERROR) {
        return api_http_match_failed(r);
    }

    if (!found.redirect) {
        alcf = found.loc_conf[ngx_http_api_module.ctx_index];

        if (alcf->staged
            && (result == API_ROUTE_NONE
                || !((api_http_route_t *) m.data)->of_server))
        {
            return api_http_match_stage(r, &found);
        }
    }

    if (result != API_ROUTE_NONE) {
        return api_http_match_go(r, ph, result, &m);
    }

    /* nginx looks for nothing better inside what we have found: asking it from
       here spares the search, but for a redirect, which it must see */

    if (!found.redirect) {
        r->loc_conf = found.loc_conf;
        alcf = found.loc_conf[ngx_http_api_module.ctx_index];

        /* a page that error_page leads to belongs to the API then */

        if (alcf->api == 1) {
            ctx = api_http_ctx_get(r);

            if (ctx == NULL) {
                return api_http_match_failed(r);
            }

            ctx->preflight = (api_http_preflight_is(r, r->loc_conf) != 0);
        }
    }

    return ngx_http_core_find_config_phase(r, ph);
}


/* "rewrite ... last" and the like came from a route, or from its location */

static void
api_http_match_leave(ngx_http_request_t *r)
{
    api_http_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (ctx != NULL) {
        ctx->route = NULL;
        ctx->location = NULL;
        ctx->refused = 0;
        ctx->preflight = 0;
    }
}


/*
 * The location's routes, and those of the server that rank with it.  A route
 * of the server stands for a location, and one that nginx's "^~" knows nothing
 * of: expressions that this kept from being asked may win over it.
 */

static api_route_result_e
api_http_match_find(ngx_http_request_t *r, api_http_location_t *found,
    api_route_match_t *m)
{
    void                 **loc_conf;
    api_route_result_e     result;
    api_http_loc_conf_t   *alcf;

    for ( ;; ) {

        loc_conf = found->redirect ? found->under : found->loc_conf;
        alcf = loc_conf[ngx_http_api_module.ctx_index];

        if (alcf->table == NULL) {
            return API_ROUTE_NONE;
        }

        result = api_http_match_table(r, alcf->table, m);

        if (result == API_ROUTE_NONE || result == API_ROUTE_ERROR) {
            return result;
        }

        if (api_http_match_is_others(found->loc_conf, result)) {
            return API_ROUTE_NONE;
        }

        if (!api_http_match_outranks(r, found, m)) {
            return API_ROUTE_NONE;
        }

        if (!found->unasked || !((api_http_route_t *) m->data)->of_server
            || (found->shield != NULL
                && found->shield->name.len == api_pattern_literal(m->pattern)))
        {
            return result;
        }

        switch (api_http_location_ask(r, found)) {

        case NGX_OK:
            continue;

        case NGX_DECLINED:
            return result;

        default:
            return API_ROUTE_ERROR;
        }
    }
}


static api_route_result_e
api_http_match_table(ngx_http_request_t *r, const api_route_table_t *table,
    api_route_match_t *m)
{
    api_route_result_e  result;

    if (r->method == NGX_HTTP_OPTIONS
        && api_http_preflight_match(r, table, m, &result) == NGX_OK)
    {
        return result;
    }

    return api_route_table_match(table, api_http_match_method(r->method),
                                 &r->uri, r->pool, m);
}


/*
 * Another method, OPTIONS, a value of another type: where nginx's location has
 * somebody else to answer, they are no refusal of ours.  So an old service is
 * moved here route by route.
 */

static ngx_uint_t
api_http_match_is_others(void **loc_conf, api_route_result_e result)
{
    api_http_loc_conf_t  *alcf;

    alcf = loc_conf[ngx_http_api_module.ctx_index];

    return alcf->others && result != API_ROUTE_FOUND;
}


/*
 * Of a path that nginx would redirect: is the whole of it, letter by letter,
 * a route of the server, or of the location it would be redirected to?
 */

static ngx_uint_t
api_http_match_outranks(ngx_http_request_t *r,
    const api_http_location_t *found, const api_route_match_t *m)
{
    const api_http_route_t  *route;

    if (!found->redirect) {
        return 1;
    }

    route = m->data;

    return api_pattern_literal(m->pattern) == r->uri.len
           && (route->of_server || route->parent_loc_conf == found->loc_conf);
}


/*
 * "return", "if", "rewrite" and "set" of a location come before its routes:
 * the request is the location's until they have run.  The size of the body is
 * looked at when it is known whose it is.
 */

static ngx_int_t
api_http_match_stage(ngx_http_request_t *r, const api_http_location_t *found)
{
    api_http_ctx_t            *ctx;
    ngx_http_core_loc_conf_t  *clcf;

    ctx = api_http_ctx_get(r);
    if (ctx == NULL) {
        return api_http_match_failed(r);
    }

    ctx->location = found->loc_conf;

    r->content_handler = NULL;
    r->uri_changed = 0;
    r->loc_conf = found->loc_conf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!r->internal && clcf->internal) {
        ngx_http_finalize_request(r, NGX_HTTP_NOT_FOUND);
        return NGX_OK;
    }

    ngx_http_update_location_config(r);

    r->phase_handler++;

    return NGX_AGAIN;
}


static ngx_int_t
api_http_match_rewritten_phase(ngx_http_request_t *r,
    ngx_http_phase_handler_t *ph)
{
    void                 **location;
    api_http_ctx_t        *ctx;
    api_route_match_t      m;
    api_route_result_e     result;
    api_http_loc_conf_t   *alcf;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (ctx == NULL || ctx->location == NULL || r->uri_changed) {
        return ngx_http_core_post_rewrite_phase(r, ph);
    }

    location = ctx->location;
    ctx->location = NULL;

    if (api_http_match_stays(r, location)) {
        return api_http_match_stay(r, ph);
    }

    /* "rewrite ... break" may have changed the path, but not the location */

    alcf = location[ngx_http_api_module.ctx_index];

    result = api_http_match_table(r, alcf->own, &m);

    if (result == API_ROUTE_ERROR) {
        return api_http_match_failed(r);
    }

    if (result == API_ROUTE_NONE
        || api_http_match_is_others(location, result))
    {
        return api_http_match_stay(r, ph);
    }

    r->phase_handler = (ngx_int_t) ph->next;

    return api_http_match_go(r, ph, result, &m);
}


/* an "if" that was true, with a handler of its own (proxy_pass)? */

static ngx_uint_t
api_http_match_stays(ngx_http_request_t *r, void **location)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    return r->loc_conf != location && clcf->handler != NULL;
}


/* no route: what nginx's find-config phase would have done besides */

static ngx_int_t
api_http_match_stay(ngx_http_request_t *r, ngx_http_phase_handler_t *ph)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (r->headers_in.content_length_n == -1
        || r->discard_body
        || clcf->client_max_body_size == 0
        || clcf->client_max_body_size >= r->headers_in.content_length_n)
    {
        return ngx_http_core_post_rewrite_phase(r, ph);
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "client intended to send too large body: %O bytes",
                  r->headers_in.content_length_n);

    r->expect_tested = 1;
    (void) ngx_http_discard_request_body(r);
    ngx_http_finalize_request(r, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE);

    return NGX_OK;
}


/*
 * To the route's location.  No location lies inside a route: what we set
 * stays, and nginx does the rest (internal, body size).
 *
 * 405, OPTIONS, a preflight and a bad value are answered in the content phase,
 * behind whatever limits the route and asks who is there (but of a preflight,
 * which nobody can answer that).  The route's own rewrite and handler speak of
 * another request: they are left out.
 */

static ngx_int_t
api_http_match_go(ngx_http_request_t *r, ngx_http_phase_handler_t *ph,
    api_route_result_e result, const api_route_match_t *m)
{
    ngx_int_t                rc;
    api_http_ctx_t          *ctx;
    const api_http_route_t  *route;

    if (api_http_match_take(r, m) != NGX_OK) {
        return api_http_match_failed(r);
    }

    route = m->data;
    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    ctx->preflight = (api_http_preflight_is(r, route->loc_conf) != 0);

    if (result == API_ROUTE_FOUND && !ctx->preflight) {
        r->loc_conf = route->loc_conf;
        return ngx_http_core_find_config_phase(r, ph);
    }

    ctx->refused = 1;
    ctx->allow = ctx->preflight ? m->allow : 0;

    if (result == API_ROUTE_METHOD && !ctx->preflight) {
        ctx->route = NULL;
        ctx->allow = m->allow;
    }

    r->loc_conf = route->refusing_loc_conf;

    rc = ngx_http_core_find_config_phase(r, ph);

    if (rc == NGX_AGAIN) {
        r->content_handler = api_http_match_refuse;
    }

    return rc;
}


static ngx_int_t
api_http_match_take(ngx_http_request_t *r, const api_route_match_t *m)
{
    api_http_ctx_t  *ctx;

    ctx = api_http_ctx_get(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (m->nvalues != 0) {
        ctx->segments = ngx_palloc(r->pool, m->nvalues * sizeof(ngx_str_t));
        if (ctx->segments == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(ctx->segments, m->values, m->nvalues * sizeof(ngx_str_t));
    }

    ctx->route = m->data;

    return NGX_OK;
}


/* try_files and mirror of the route are no answer to a refused request */

static ngx_int_t
api_http_match_precontent_phase(ngx_http_request_t *r,
    ngx_http_phase_handler_t *ph)
{
    api_http_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (ctx != NULL && ctx->refused) {
        r->phase_handler = (ngx_int_t) ph->next;
        return NGX_AGAIN;
    }

    return ngx_http_core_generic_phase(r, ph);
}


/* content handler */

static ngx_int_t
api_http_match_refuse(ngx_http_request_t *r)
{
    ngx_int_t             rc;
    api_http_ctx_t       *ctx;
    api_http_loc_conf_t  *alcf;

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    ctx = api_http_ctx_get(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->preflight) {
        alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);
        return alcf->preflight(ctx);
    }

    if (ctx->route != NULL) {
        /* the bad segment is checked once more, with all the other inputs, so
           that every failure is named */
        rc = api_http_input_parameters(ctx);

    } else if (r->method == NGX_HTTP_OPTIONS) {
        return api_http_respond_options(ctx);

    } else {
        api_error_set(&ctx->error, API_ERROR_METHOD, "this path does not allow "
                      "the method; see the Allow header");
        rc = NGX_DECLINED;
    }

    return rc == NGX_DECLINED ? api_http_respond_error(ctx)
                              : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_int_t
api_http_match_failed(ngx_http_request_t *r)
{
    ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);

    return NGX_OK;
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
