
/*
 * Values against the types that PostgreSQL gave the parameters they go to,
 * where those ask for more than the declared ones: before a connection is used.
 */


#ifndef API_HTTP_TYPED_H
#define API_HTTP_TYPED_H


#include "http/ctx.h"


/*
 * What is said here is what nginx -t or the worker was told of the schema.  A
 * value that it refuses sets ctx->unsure: before the client hears of it
 * api_http_typed_unsure() asks whether it still holds.
 */

/* does PostgreSQL ask for more than the declared types, or may it? */
ngx_uint_t api_http_typed_facts(const api_http_route_t *route);

/* when a request begins, or begins again */
void api_http_typed_begin(api_http_ctx_t *ctx);

/*
 * NGX_OK: it does not hold, and the request begins again (ctx->again);
 * NGX_DECLINED: the refusal stands; NGX_AGAIN: the request is resumed when that
 * is known.
 */
API_MUST_CHECK ngx_int_t api_http_typed_unsure(api_http_ctx_t *ctx);

/*
 * An input that keeps its own rule.  NGX_OK, NGX_DECLINED (failure's code and
 * message are set), NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_typed_input(api_http_ctx_t *ctx,
    ngx_uint_t index, api_failure_t *failure);

/*
 * What PostgreSQL asks of the n-th parameter of the step-th statement, whosever
 * value it is, but for the bounds of columns.  Returns as above.
 */
API_MUST_CHECK ngx_int_t api_http_typed_bind(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_failure_t *failure);

/* nobody waits for an answer to ctx->doubt any more, whoever has asked */
void api_http_typed_forget(api_http_ctx_t *ctx, ngx_uint_t cancel);

/*
 * The step behind the body: whatever else goes into statements, all failures
 * at once.  NGX_OK, NGX_DECLINED (422 in ctx->error), NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_typed_step(api_http_ctx_t *ctx);

/* its failures, appended: as far as the body is right, also where the rest has
   failed before.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_typed_fields(api_http_ctx_t *ctx,
    ngx_array_t **failures);


#endif /* API_HTTP_TYPED_H */
