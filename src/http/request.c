
#include "http/request.h"
#include "http/client.h"
#include "http/clock.h"
#include "http/outcome.h"
#include "http/respond.h"
#include "http/step.h"
#include "http/typed.h"
#include "http/unsent.h"
#include "observe/observe.h"


static void api_http_request_run(api_http_ctx_t *ctx);
static ngx_int_t api_http_request_steps(api_http_ctx_t *ctx);
static ngx_int_t api_http_request_again(api_http_ctx_t *ctx);
static void api_http_request_resume(api_http_ctx_t *ctx);
static ngx_int_t api_http_request_answer(api_http_ctx_t *ctx);
static void api_http_request_expired(ngx_event_t *ev);
static void api_http_request_expire(api_http_ctx_t *ctx);
static void api_http_request_release(api_http_ctx_t *ctx, ngx_uint_t cancel);
static void api_http_request_cleanup(void *data);


/* so many times a request begins again because the schema has changed */
#define API_HTTP_RESTARTS  10


ngx_int_t
api_http_request_handler(ngx_http_request_t *r)
{
    api_http_ctx_t  *ctx;

    ctx = api_http_ctx_get(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->route == NULL) {
        /* nginx came here without the route's match: a named location or
           the like cannot stand for a route */
        return api_http_request_no_route(r);
    }

    if (api_http_request_begin(ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->error.code != API_ERROR_NONE) {
        /* an access step has refused, and "satisfy any" was content with
           another module's word */
        ngx_memzero(&ctx->error, sizeof(api_error_t));
    }

    ctx->steps = ctx->route->steps;
    ctx->step = 0;
    ctx->resume = api_http_request_resume;

    /* until api_http_request_finish() */

    r->main->count++;

    api_http_request_run(ctx);

    return NGX_DONE;
}


void
api_http_request_done(api_http_ctx_t *ctx)
{
    ctx->resume = api_http_request_resume;

    if (ctx->route != NULL && ctx->route->steps != NULL) {
        ctx->steps = ctx->route->steps;
        ctx->step = ctx->steps->answer;
    }

    api_http_request_run(ctx);
}


ngx_int_t
api_http_request_no_route(ngx_http_request_t *r)
{
    api_http_ctx_t       *ctx;
    api_http_loc_conf_t  *alcf;

    ctx = api_http_ctx_get(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->preflight) {
        alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);
        return alcf->preflight(ctx);
    }

    api_error_set(&ctx->error, API_ERROR_NO_ROUTE, "there is no such path");

    return api_http_respond_error(ctx);
}


/* from here on something of ours may be pending when the request dies */

ngx_int_t
api_http_request_begin(api_http_ctx_t *ctx)
{
    ngx_http_cleanup_t   *cln;

    if (ctx->steps != NULL) {
        return NGX_OK;
    }

    cln = ngx_http_cleanup_add(ctx->request, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = api_http_request_cleanup;
    cln->data = ctx;

    if (api_observed) {
        ctx->begun = api_http_clock()
                     - api_http_clock_since(ctx->request) * 1000;
    }

    api_tell(.event = API_EVENT_REQUEST_BEGUN, .request = ctx);

    return NGX_OK;
}


static void
api_http_request_run(api_http_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = api_http_request_steps(ctx);

    if (rc != NGX_AGAIN) {
        api_http_request_finish(ctx, rc);
        return;
    }

    api_http_request_wait(ctx);
}


void
api_http_request_wait(api_http_ctx_t *ctx)
{
    ngx_http_request_t   *r;
    api_http_loc_conf_t  *alcf;

    if (ctx->receiving) {

        /* while the body comes the time is the client's, and nginx bounds
           it */

        api_http_request_unhurried(ctx);
        return;
    }

    r = ctx->request;

    if (!ctx->deadline.timer_set) {

        alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);

        ctx->deadline.handler = api_http_request_expired;
        ctx->deadline.data = ctx;
        ctx->deadline.log = r->connection->log;

        /* not cancelable: it keeps a worker that exits until we have
           answered */
        ngx_add_timer(&ctx->deadline, alcf->timeout);
    }

    r->write_event_handler = ngx_http_request_empty_handler;

    if (r == r->main && r->read_event_handler != ngx_http_test_reading) {
        api_http_client_watch(r);
    }
}


void
api_http_request_unhurried(api_http_ctx_t *ctx)
{
    if (ctx->deadline.timer_set) {
        ngx_del_timer(&ctx->deadline);
    }
}


static ngx_int_t
api_http_request_steps(api_http_ctx_t *ctx)
{
    ngx_int_t  rc;

    for ( ;; ) {

        /* asked whether the schema has changed, and it has not: what refused
           the request holds */

        rc = ctx->again ? api_http_request_again(ctx)
             : ctx->asked ? NGX_DECLINED
             : api_http_step_walk(ctx);

        if (rc != NGX_DECLINED) {
            return rc;
        }

        if (!ctx->again) {

            if (!ctx->unsure) {
                return rc;
            }

            rc = api_http_typed_unsure(ctx);

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }
}


/* begins the request again by what is known of the schema now; parts that are
   committed are not run again */

static ngx_int_t
api_http_request_again(api_http_ctx_t *ctx)
{
    ctx->again = 0;
    ctx->asked = 0;
    ctx->unsure = 0;
    ctx->step = 0;
    ctx->part = 0;
    ctx->wrong = NULL;
    ctx->query_done = 0;

    ngx_memzero(&ctx->error, sizeof(api_error_t));
    api_http_unsent_settle(ctx);

    if (ctx->restarts > API_HTTP_RESTARTS) {
        return api_http_outcome_later(ctx, API_ERROR_RETRY, "the database is "
                                      "being changed at the moment");
    }

    return api_http_step_walk(ctx);
}


static void
api_http_request_resume(api_http_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    if (api_http_request_left(ctx)) {
        return;
    }

    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    api_http_request_run(ctx);

    ngx_http_run_posted_requests(c);
}


/*
 * When a client leaves, nginx's post_action redirects its request with our
 * answer still pending: the request has lost ctx, and our count of it went
 * with that.
 */

ngx_uint_t
api_http_request_left(api_http_ctx_t *ctx)
{
    if (ngx_http_get_module_ctx(ctx->request, ngx_http_api_module) == ctx) {
        return 0;
    }

    api_http_request_release(ctx, 0);

    return 1;
}


void
api_http_request_finish(api_http_ctx_t *ctx, ngx_int_t rc)
{
    ngx_http_request_t  *r;

    r = ctx->request;

    api_http_request_release(ctx, 0);

    if (!r->discard_body) {
        /* nginx arms lingering_timeout for a body it discards, and lets it
           run on: expired, it would close the kept connection */
        r->connection->read->timedout = 0;
    }

    switch (rc) {

    case NGX_OK:
    case NGX_DONE:
        rc = api_http_request_answer(ctx);
        break;

    case NGX_DECLINED:
        rc = api_http_respond_error(ctx);
        break;

    default:

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            break;
        }

        api_error_set(&ctx->error, API_ERROR_INTERNAL, NULL);
        rc = api_http_respond_error(ctx);
    }

    ngx_http_finalize_request(r, rc);
}


static ngx_int_t
api_http_request_answer(api_http_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (!ctx->received) {

        /* a step has answered before the body was received */

        rc = ngx_http_discard_request_body(ctx->request);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (ctx->none == 0 && (ctx->route == NULL || ctx->route->steps == NULL)) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "an access step has an answer for a route that has no "
                      "status of its own");
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return api_http_respond_answer(ctx);
}


static void
api_http_request_expired(ngx_event_t *ev)
{
    ngx_connection_t    *c;
    api_http_ctx_t      *ctx;
    ngx_http_request_t  *r;

    ctx = ev->data;

    if (api_http_request_left(ctx)) {
        return;
    }

    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    api_http_request_expire(ctx);

    ngx_http_run_posted_requests(c);
}


static void
api_http_request_expire(api_http_ctx_t *ctx)
{
    ngx_uint_t              doubt;
    const api_http_step_t  *step;

    step = ctx->steps->elts[ctx->step];

    ngx_log_error(NGX_LOG_INFO, ctx->request->connection->log, 0,
                  "api_timeout: %V was not answered in time, step %s",
                  ctx->route != NULL ? &ctx->route->name : &ctx->request->uri,
                  step->name);

    if (step->phase == API_PHASE_ANSWER) {
        api_http_request_finish(ctx, NGX_OK);
        return;
    }

    /* the job is cancelled, and that may come too late: then nobody knows
       whether it was committed */

    doubt = api_db_in_doubt(&ctx->job);

    api_http_request_release(ctx, 1);

    if (doubt) {
        api_http_outcome_in_doubt(ctx, "api_timeout passed");
        ctx->error.status = NGX_HTTP_GATEWAY_TIME_OUT;

    } else {
        api_error_set(&ctx->error, API_ERROR_TIMEOUT,
                      "the answer was not ready within the time limit");
    }

    api_http_request_finish(ctx, NGX_DECLINED);
}


static void
api_http_request_release(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    api_http_request_unhurried(ctx);

    if (ctx->steps != NULL) {
        api_http_step_forget(ctx, cancel);
    }
}


static void
api_http_request_cleanup(void *data)
{
    api_http_request_release(data, 0);
    api_http_unsent_free(data);
}
