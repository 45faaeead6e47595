
/*
 * The only sender.
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
 * has one for the status.  Returns what ngx_http_finalize_request() takes.
 */
API_MUST_CHECK ngx_int_t api_http_respond_error(api_http_ctx_t *ctx);

/* 204 with Allow */
API_MUST_CHECK ngx_int_t api_http_respond_options(ngx_http_request_t *r);

/* the code of a refusal of nginx's own with this status */
api_error_code_e api_http_respond_code(ngx_uint_t status);

/* a header of the answer; the value lives as long as r.  NGX_OK, NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_respond_header(ngx_http_request_t *r,
    const char *name, const ngx_str_t *value);

/* "Allow" for a set of methods */
API_MUST_CHECK ngx_int_t api_http_respond_allow(ngx_http_request_t *r,
    ngx_uint_t methods);

/* "Retry-After: seconds" */
API_MUST_CHECK ngx_int_t api_http_respond_retry_after(ngx_http_request_t *r,
    ngx_uint_t seconds);

/*
 * The problem document of ctx->error (its status, or when no error is set, of
 * status) as a last buffer.  NULL: memory.
 */
ngx_buf_t *api_http_respond_problem(api_http_ctx_t *ctx, ngx_uint_t status);


/* ctx->error for a body beyond what the location takes, which it tells */
void api_http_respond_large(api_http_ctx_t *ctx);


#endif /* API_HTTP_RESPOND_H */
