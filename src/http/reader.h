
/*
 * A body to a tree: at once, or, where that could hold the other clients up,
 * in one of nginx's threads.
 */


#ifndef API_HTTP_READER_H
#define API_HTTP_READER_H


#include "http/request.h"


/*
 * ctx->body to ctx->document.  NGX_OK; NGX_DECLINED: ctx->error (400, or 503:
 * no thread takes it now); NGX_ERROR: memory; NGX_AGAIN: a thread has it, call
 * again when resumed.
 */
API_MUST_CHECK ngx_int_t api_http_reader_json(api_http_ctx_t *ctx);

/* has api_http_reader_json() returned NGX_AGAIN, and not been called since? */
#define api_http_reader_is_busy(ctx)  ((ctx)->reader_task != NULL)

/*
 * The pool for a body of so many bytes: what a thread reads does not live in
 * the request, which may go first.  NULL: memory.
 */
ngx_pool_t *api_http_reader_pool(api_http_ctx_t *ctx, size_t len);

/* the request goes: a thread that still reads loses its receiver */
void api_http_reader_forget(api_http_ctx_t *ctx);


#endif /* API_HTTP_READER_H */
