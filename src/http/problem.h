
/*
 * The problem document (RFC 9457) of a request's error, and what is said where
 * nginx has refused by itself.
 */


#ifndef API_HTTP_PROBLEM_H
#define API_HTTP_PROBLEM_H


#include "http/ctx.h"


/*
 * The problem of ctx->error as a buffer.  Where ctx->error has another status,
 * nginx itself has refused: its error is set first.  NULL: memory.
 */
ngx_buf_t *api_http_problem(api_http_ctx_t *ctx, ngx_uint_t status);

/* sets ctx->error for a body that is too large; the sentence says how large it
   may be */
void api_http_problem_large(api_http_ctx_t *ctx);


#endif /* API_HTTP_PROBLEM_H */
