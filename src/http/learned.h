
/*
 * The types that values are bound by: the configuration's, or what the worker
 * has learned since, because nobody could be asked before or the schema has
 * changed.
 *
 * A value of a composite type is written by its attributes in their order.
 * PostgreSQL is asked in the same transaction whether they are still these; if
 * not, nothing is kept, and the request begins again.
 */


#ifndef API_HTTP_LEARNED_H
#define API_HTTP_LEARNED_H


#include "http/ctx.h"


/* when a request begins, or begins again */
void api_http_learned_begin(api_http_ctx_t *ctx);

/* does the text of some value hang on the type it is bound by? */
ngx_uint_t api_http_learned_hangs(const api_http_route_t *route);

/*
 * The step before the body, where values hang on types: they are known.
 * NGX_OK; NGX_AGAIN: the request begins again when they are.
 */
API_MUST_CHECK ngx_int_t api_http_learned_step(api_http_ctx_t *ctx);

/*
 * The OIDs of a statement's parameters, as learned; NULL: not, the
 * configuration's hold.
 */
const unsigned *api_http_learned_params(const api_http_ctx_t *ctx,
    ngx_uint_t step);

/*
 * The type of a parameter whose text differs from what is sent, see sql/form,
 * but for fields that the reader has bound by it; NULL: none.
 */
const api_sql_type_t *api_http_learned_form(const api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n);

/*
 * The forms of the body's fields, one a field, as learned: copies in the pool,
 * for whatever thread reads it.  *forms is NULL: the configuration's hold.
 * NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_learned_fields(const api_http_ctx_t *ctx,
    ngx_pool_t *pool, const api_sql_type_t ***forms);

/* ctx->job's guard, as the values are bound.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_learned_guard(api_http_ctx_t *ctx);

/* were values bound by types that may have changed meanwhile? */
ngx_uint_t api_http_learned_stale(const api_http_ctx_t *ctx);


#endif /* API_HTTP_LEARNED_H */
