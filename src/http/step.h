
/*
 * What a request is made of: steps, one after the other.
 *
 * Each route has the list of those that it uses, made once when the whole
 * configuration is read; a request walks it.  The core's own stand in
 * http/order.c, each chapter brings its own (see http/chapter.h).
 */


#ifndef API_HTTP_STEP_H
#define API_HTTP_STEP_H


#include "http/ctx.h"


/*
 * When a step runs.  Within a phase the core's steps come first, then those of
 * the chapters in the order of their modules.
 */
typedef enum {
    API_PHASE_ACCESS = 0,      /* who asks, and may he?  In nginx's access
                                  phase, of subrequests before it; in every
                                  location that uses the step, whoever answers
                                  there.  ctx->route is NULL where path or
                                  method have none.  "satisfy" holds for 401
                                  and 403 */
    API_PHASE_INPUT,           /* what stands in the request's head */
    API_PHASE_RECEIVE,         /* the core's: nginx receives the body */
    API_PHASE_BODY,            /* what stands in the body; behind it all of the
                                  client's values are checked */
    API_PHASE_WORK,            /* with those values, before a connection to the
                                  database is asked for */
    API_PHASE_QUERY,           /* the statements; a chapter's steps run behind
                                  them, when they are committed, or between
                                  them, see conf/part.h */
    API_PHASE_ANSWER           /* the answer stands in ctx, nothing of it is
                                  sent: of successes only.  What waits here at
                                  the deadline is given up, and it is sent */
} api_http_phase_e;


/* const, one for all requests */
struct api_http_step_s {
    const char                 *name;        /* one word, for logs; NULL ends a
                                                list */
    api_http_phase_e            phase;

    /* does a location (a route is one) with this configuration use it?  Asked
       once, when everything is merged.  NULL: each does */
    ngx_uint_t                (*used)(void **loc_conf);

    /*
     * NGX_OK: the next one; NGX_AGAIN: somebody will call ctx->resume(), never
     * inside this call, and run() is called again then; NGX_DONE: the answer is
     * ready in ctx, on to API_PHASE_ANSWER, or from there to the client
     * (of API_PHASE_ACCESS one without a body, ctx->none);
     * NGX_DECLINED: ctx->error says what the client gets; NGX_ERROR: 500,
     * logged; a status from 300: of nginx's own, as it is.
     *
     * A request may begin again at its first step, see http/typed: what a step
     * has found stays its own, and it may be run once more.
     */
    ngx_int_t                 (*run)(api_http_ctx_t *ctx);

    /*
     * Nobody waits any more: nothing of this step may call back.  cancel: a
     * server at work for it may be told.  Called more than once, and of steps
     * that never ran.  NULL: it never waits.
     */
    void                      (*forget)(api_http_ctx_t *ctx,
                                        ngx_uint_t cancel);
};


/* in cf->pool */
struct api_http_steps_s {
    const api_http_step_t     **elts;
    ngx_uint_t                  n;
    ngx_uint_t                  answer;      /* index of the first of
                                                API_PHASE_ANSWER; n: none */
};


/*
 * ctx->steps from ctx->step on.  As run(): NGX_OK behind the last one,
 * NGX_DONE if that was because one of them said so.
 */
API_MUST_CHECK ngx_int_t api_http_step_walk(api_http_ctx_t *ctx);

/* all of ctx->steps */
void api_http_step_forget(api_http_ctx_t *ctx, ngx_uint_t cancel);


#endif /* API_HTTP_STEP_H */
