
/*
 * The driver that walks a request's steps, see http/step.h: it waits with them,
 * keeps the deadline, and sends what they have come to.
 */


#ifndef API_HTTP_REQUEST_H
#define API_HTTP_REQUEST_H


#include "http/ctx.h"


/* content handler of a route with queries */
ngx_int_t api_http_request_handler(ngx_http_request_t *r);

/* content handler of a location with routes and no handler of its own: 404 */
ngx_int_t api_http_request_no_route(ngx_http_request_t *r);


/*
 * What another driver of steps has in common with this one (http/access).
 */

/* before the first step, once a request: when it ends, its steps are forgotten.
   NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_request_begin(api_http_ctx_t *ctx);

/* a step has said NGX_AGAIN: until api_timeout, and as long as the client
   stays */
void api_http_request_wait(api_http_ctx_t *ctx);

/* nobody waits any more: no deadline */
void api_http_request_unhurried(api_http_ctx_t *ctx);

/* in resume(), first: 1: the request has gone, nothing of it may be touched */
ngx_uint_t api_http_request_left(api_http_ctx_t *ctx);

/* a step of api_http_step_walk() has said NGX_DONE: the steps of the answer,
   and the answer.  The request is finalized when that is ready. */
void api_http_request_done(api_http_ctx_t *ctx);

/* what a walk has come to, to the client; the request is finalized */
void api_http_request_finish(api_http_ctx_t *ctx, ngx_int_t rc);


#endif /* API_HTTP_REQUEST_H */
