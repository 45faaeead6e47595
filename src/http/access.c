
#include "http/access.h"
#include "http/chapter.h"
#include "http/order.h"
#include "http/request.h"
#include "http/selfget.h"


static ngx_uint_t any_step(const api_http_main_conf_t *amcf);
static ngx_int_t push_handler(ngx_conf_t *cf, ngx_uint_t phase,
    ngx_http_handler_pt handler);
static ngx_int_t preaccess(ngx_http_request_t *r);
static ngx_int_t access_check(ngx_http_request_t *r);
static ngx_int_t unasked(ngx_http_request_t *r, api_http_ctx_t *ctx);
static ngx_int_t refuse(api_http_ctx_t *ctx);
static void resume(api_http_ctx_t *ctx);


/* what other modules configure may not be merged yet, so that it is looked at
   later */

ngx_int_t
api_http_access_location(ngx_conf_t *cf, api_http_loc_conf_t *alcf)
{
    ngx_http_conf_ctx_t   *ctx;
    api_http_guarded_t    *location;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    if (!any_step(amcf)) {
        return NGX_OK;
    }

    location = ngx_array_push(&amcf->guarded);
    if (location == NULL) {
        return NGX_ERROR;
    }

    ctx = cf->ctx;

    location->alcf = alcf;
    location->loc_conf = ctx->loc_conf;

    return NGX_OK;
}


static ngx_uint_t
any_step(const api_http_main_conf_t *amcf)
{
    ngx_uint_t               i;
    api_http_chapter_t     **chapter;
    const api_http_step_t   *step;

    chapter = amcf->chapters.elts;

    for (i = 0; i < amcf->chapters.nelts; i++) {

        step = chapter[i]->steps;

        for ( /* void */ ; step != NULL && step->name != NULL; step++) {
            if (step->phase == API_PHASE_ACCESS) {
                return 1;
            }
        }
    }

    return 0;
}


ngx_int_t
api_http_access_init(ngx_conf_t *cf)
{
    ngx_uint_t             i, used;
    api_http_guarded_t    *location;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    used = 0;
    location = amcf->guarded.elts;

    for (i = 0; i < amcf->guarded.nelts; i++) {

        if (api_http_order_make(cf, location[i].loc_conf, API_PHASE_ACCESS,
                                API_PHASE_ACCESS, &location[i].alcf->access)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        used |= (location[i].alcf->access != NULL);
    }

    if (!used) {
        return NGX_OK;
    }

    if (push_handler(cf, NGX_HTTP_PREACCESS_PHASE, preaccess) != NGX_OK) {
        return NGX_ERROR;
    }

    return push_handler(cf, NGX_HTTP_ACCESS_PHASE, access_check);
}


static ngx_int_t
push_handler(ngx_conf_t *cf, ngx_uint_t phase, ngx_http_handler_pt handler)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[phase].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = handler;

    return NGX_OK;
}


/*
 * nginx has no access phase for subrequests, but what an include, a mirror or
 * auth_request asks for is an answer of the route as any other.
 */

static ngx_int_t
preaccess(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    if (r == r->main) {
        return NGX_DECLINED;
    }

    rc = access_check(r);

    /* NGX_OK would pass over limit_req and limit_conn */

    return rc == NGX_OK ? NGX_DECLINED : rc;
}


/* called again when a step that waited has resumed the request */

static ngx_int_t
access_check(ngx_http_request_t *r)
{
    ngx_int_t             rc;
    api_http_ctx_t       *ctx;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);

    if (alcf->access == NULL) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (ctx != NULL && ctx->preflight) {
        return unasked(r, ctx);
    }

    /* a request of a worker itself: fetching keys must not need a token */

    if (api_http_selfget_is(r)) {
        return NGX_DECLINED;
    }

    ctx = api_http_ctx_get(r);

    if (ctx == NULL || api_http_request_begin(ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->steps != alcf->access) {
        ctx->steps = alcf->access;
        ctx->step = 0;
        ctx->resume = resume;
    }

    rc = api_http_step_walk(ctx);

    if (rc == NGX_AGAIN) {
        api_http_request_wait(ctx);
        return NGX_AGAIN;
    }

    api_http_request_unhurried(ctx);

    switch (rc) {

    case NGX_OK:
        return NGX_OK;

    case NGX_DECLINED:
        return refuse(ctx);

    case NGX_DONE:
        api_http_request_done(ctx);
        return NGX_DONE;

    default:
        api_http_request_finish(ctx, rc);
        return NGX_DONE;
    }
}


/*
 * A preflight: browsers send no token with it.  So does anybody else who sends
 * an OPTIONS that looks like one, and a handler of the location's own (a
 * script, a proxy) would answer him as if he had been let in: it is answered
 * here, whoever the location belongs to.
 */

static ngx_int_t
unasked(ngx_http_request_t *r, api_http_ctx_t *ctx)
{
    if (!ctx->refused) {
        ctx->refused = 1;
        r->content_handler = api_http_request_no_route;
    }

    return NGX_DECLINED;
}


/* 401 and 403 are left to nginx: "satisfy any" may let the request in,
   auth_delay may wait, and http/filter makes the answer out of ctx->error */

static ngx_int_t
refuse(api_http_ctx_t *ctx)
{
    ngx_uint_t  status;

    status = api_error_status(&ctx->error);

    if (status == NGX_HTTP_UNAUTHORIZED || status == NGX_HTTP_FORBIDDEN) {
        return (ngx_int_t) status;
    }

    api_http_request_finish(ctx, NGX_DECLINED);

    return NGX_DONE;
}


/* nginx's phases go on, with access_check() */

static void
resume(api_http_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    if (api_http_request_left(ctx)) {
        return;
    }

    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);

    ngx_http_run_posted_requests(c);
}
