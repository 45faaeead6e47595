
/*
 * How a request of ours ends: its answer, or the problem that it met.
 */


#ifndef API_HTTP_RESPOND_H
#define API_HTTP_RESPOND_H


#include "http/ctx.h"


/*
 * The answer in ctx->out with the route's status.  Returns what
 * ngx_http_finalize_request() takes.
 */
API_MUST_CHECK ngx_int_t api_http_respond_answer(api_http_ctx_t *ctx);

/*
 * ctx->error as problem+json; through nginx's error_page where the location
 * has one for the status.  Behind an answer that has begun (http/answer) it
 * ends the connection.  Returns what ngx_http_finalize_request() takes.
 */
API_MUST_CHECK ngx_int_t api_http_respond_error(api_http_ctx_t *ctx);

/* 204 with Allow.  Returns what ngx_http_finalize_request() takes. */
API_MUST_CHECK ngx_int_t api_http_respond_options(api_http_ctx_t *ctx);


#endif /* API_HTTP_RESPOND_H */
