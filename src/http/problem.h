
/*
 * The problem document (RFC 9457) of a request's error, and what is said where
 * nginx has refused by itself.
 */


#ifndef API_HTTP_PROBLEM_H
#define API_HTTP_PROBLEM_H


#include "http/ctx.h"


/*
 * That of ctx->error as a buffer; when no error of this status is set, that of
 * a refusal of nginx's own, which is set.  NULL: memory.
 */
ngx_buf_t *api_http_problem(api_http_ctx_t *ctx, ngx_uint_t status);

/* ctx->error for a body beyond what the location takes, which it tells */
void api_http_problem_large(api_http_ctx_t *ctx);


#endif /* API_HTTP_PROBLEM_H */
