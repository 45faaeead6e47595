
#include "http/request.h"
#include "http/body.h"
#include "http/client.h"
#include "http/ctx.h"
#include "http/faults.h"
#include "http/hash.h"
#include "http/input.h"
#include "http/learned.h"
#include "http/outcome.h"
#include "http/query.h"
#include "http/respond.h"
#include "http/thread.h"
#include "http/typed.h"
#include "http/unsent.h"
#include "observe/observe.h"


typedef struct {
    const char                 *name;
    ngx_int_t                 (*run)(api_http_ctx_t *ctx);
} api_http_step_t;


static ngx_int_t api_http_request_inputs(api_http_ctx_t *ctx);
static ngx_int_t api_http_request_start(api_http_ctx_t *ctx);
static void api_http_request_body_read(ngx_http_request_t *r);
static void api_http_request_run(api_http_ctx_t *ctx);
static ngx_int_t api_http_request_steps(api_http_ctx_t *ctx);
static ngx_int_t api_http_request_again(api_http_ctx_t *ctx);
static ngx_int_t api_http_request_walk(api_http_ctx_t *ctx);
static void api_http_request_resume(api_http_ctx_t *ctx);
static ngx_uint_t api_http_request_left(api_http_ctx_t *ctx);
static void api_http_request_finish(api_http_ctx_t *ctx, ngx_int_t rc);
static void api_http_request_expired(ngx_event_t *ev);
static void api_http_request_release(api_http_ctx_t *ctx, ngx_uint_t cancel);
static void api_http_request_cleanup(void *data);


/* so many times a request begins again because the schema has changed */
#define API_HTTP_RESTARTS  10

/* a request reads as this list */
static const api_http_step_t  api_http_request_list[] = {
    { "known", api_http_learned_step },
    { "body",  api_http_faults_body },
    { "types", api_http_typed_step },
    { "hash",  api_http_hash_step },
    { "query", api_http_query_step }
};

#define API_HTTP_STEPS                                                        \
    (sizeof(api_http_request_list) / sizeof(api_http_request_list[0]))


ngx_int_t
api_http_request_handler(ngx_http_request_t *r)
{
    ngx_int_t        rc;
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

    ctx->resume = api_http_request_resume;

    api_tell(.event = API_EVENT_REQUEST_BEGUN, .request = ctx);

    api_http_typed_begin(ctx);
    api_http_learned_begin(ctx);

    rc = api_http_request_inputs(ctx);

    if (rc == NGX_OK) {
        rc = api_http_request_start(ctx);
    }

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? api_http_respond_error(ctx)
                                  : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->route->body != NULL) {
        rc = ngx_http_read_client_request_body(r,
                                               api_http_request_body_read);

        return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    r->main->count++;
    api_http_request_run(ctx);

    return NGX_DONE;
}


ngx_int_t
api_http_request_no_route(ngx_http_request_t *r)
{
    api_http_ctx_t  *ctx;

    ctx = api_http_ctx_get(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    api_error_set(&ctx->error, API_ERROR_NO_ROUTE, "there is no such path");

    return api_http_respond_error(ctx);
}


/* what there is besides the body, and what the body says to be */

static ngx_int_t
api_http_request_inputs(api_http_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = api_http_input_parameters(ctx);

    if (rc == NGX_DECLINED) {
        return api_http_faults_keep(ctx);
    }

    return (rc == NGX_OK && ctx->route->body != NULL)
           ? api_http_body_media_type(ctx) : rc;
}


/* from here on something of ours may be pending when the request dies */

static ngx_int_t
api_http_request_start(api_http_ctx_t *ctx)
{
    ngx_http_cleanup_t   *cln;

    cln = ngx_http_cleanup_add(ctx->request, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = api_http_request_cleanup;
    cln->data = ctx;

    return NGX_OK;
}


static void
api_http_request_body_read(ngx_http_request_t *r)
{
    api_http_request_run(ngx_http_get_module_ctx(r, ngx_http_api_module));
}


/* the request's count is held by one until api_http_request_finish() */

static void
api_http_request_run(api_http_ctx_t *ctx)
{
    ngx_int_t             rc;
    ngx_http_request_t   *r;
    api_http_loc_conf_t  *alcf;

    r = ctx->request;

    rc = api_http_request_steps(ctx);

    if (rc != NGX_AGAIN) {
        api_http_request_finish(ctx, rc);
        return;
    }

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);

    ctx->deadline.handler = api_http_request_expired;
    ctx->deadline.data = ctx;
    ctx->deadline.log = r->connection->log;

    /* not cancelable: it keeps a worker that exits until we have answered */
    ngx_add_timer(&ctx->deadline, alcf->timeout);

    r->write_event_handler = ngx_http_request_empty_handler;

    if (r == r->main) {
        api_http_client_watch(r);
    }
}


static ngx_int_t
api_http_request_steps(api_http_ctx_t *ctx)
{
    ngx_int_t  rc;

    for ( ;; ) {

        /* asked, and not again: what is remembered holds */

        rc = ctx->again ? api_http_request_again(ctx)
             : ctx->asked ? NGX_DECLINED
             : api_http_request_walk(ctx);

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


/* by what is known now of the schema */

static ngx_int_t
api_http_request_again(api_http_ctx_t *ctx)
{
    ngx_int_t  rc;

    ctx->again = 0;
    ctx->asked = 0;
    ctx->unsure = 0;
    ctx->step = 0;
    ctx->wrong = NULL;
    ctx->query_done = 0;

    ngx_memzero(&ctx->error, sizeof(api_error_t));
    api_http_unsent_settle(ctx);

    if (ctx->restarts > API_HTTP_RESTARTS) {
        return api_http_outcome_later(ctx, API_ERROR_RETRY, "the database is "
                                      "being changed at the moment");
    }

    api_http_typed_begin(ctx);
    api_http_learned_begin(ctx);

    rc = api_http_request_inputs(ctx);

    return rc == NGX_OK ? api_http_request_walk(ctx) : rc;
}


static ngx_int_t
api_http_request_walk(api_http_ctx_t *ctx)
{
    ngx_int_t               rc;
    const api_http_step_t  *step;

    for ( /* void */ ; ctx->step < API_HTTP_STEPS; ctx->step++) {

        step = &api_http_request_list[ctx->step];

        api_tell(.event = API_EVENT_STEP_BEGUN, .request = ctx,
                 .word = step->name);

        rc = step->run(ctx);

        api_tell(.event = API_EVENT_STEP_ENDED, .request = ctx,
                 .word = step->name, .n = rc);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static void
api_http_request_resume(api_http_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    if (api_http_request_left(ctx)) {
        return;
    }

    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = api_http_request_steps(ctx);

    if (rc == NGX_AGAIN) {
        return;
    }

    api_http_request_finish(ctx, rc);

    ngx_http_run_posted_requests(c);
}


/*
 * When a client leaves, nginx's post_action redirects its request with our
 * answer still pending: the request has lost ctx, and our count of it went
 * with that.
 */

static ngx_uint_t
api_http_request_left(api_http_ctx_t *ctx)
{
    if (ngx_http_get_module_ctx(ctx->request, ngx_http_api_module) == ctx) {
        return 0;
    }

    api_http_request_release(ctx, 0);

    return 1;
}


/* nothing of the request may be touched afterwards */

static void
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
        rc = api_http_respond_answer(ctx);
        break;

    case NGX_DECLINED:
        rc = api_http_respond_error(ctx);
        break;

    default:
        api_error_set(&ctx->error, API_ERROR_INTERNAL, NULL);
        rc = api_http_respond_error(ctx);
    }

    ngx_http_finalize_request(r, rc);
}


static void
api_http_request_expired(ngx_event_t *ev)
{
    ngx_uint_t           doubt;
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

    ngx_log_error(NGX_LOG_INFO, c->log, 0,
                  "api_timeout: %V was not answered in time, step %s",
                  &ctx->route->name, api_http_request_list[ctx->step].name);

    /* it is cancelled, which may come too late */

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

    ngx_http_run_posted_requests(c);
}


static void
api_http_request_release(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    if (ctx->deadline.timer_set) {
        ngx_del_timer(&ctx->deadline);
    }

    api_http_task_forget(ctx);
    api_db_forget(&ctx->job, cancel);
    api_db_doubt_forget(&ctx->doubt);
    api_http_unsent_settle(ctx);
}


static void
api_http_request_cleanup(void *data)
{
    api_http_request_release(data, 0);
    api_http_unsent_free(data);
}
