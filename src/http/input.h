
/*
 * What the client sent outside the body, typed: path, query, headers,
 * cookies.
 */


#ifndef API_HTTP_INPUT_H
#define API_HTTP_INPUT_H


#include "http/ctx.h"


/*
 * Everything but the body, all failures at once: NGX_OK, NGX_DECLINED (400 in
 * ctx->error), NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_input_parameters(api_http_ctx_t *ctx);

/*
 * One of ctx->route's inputs, of which PostgreSQL's type has not been asked;
 * out and failure are zeroed.  Returns as above, *failure without its place.
 */
API_MUST_CHECK ngx_int_t api_http_input_value(api_http_ctx_t *ctx,
    const api_http_input_t *input, api_value_t *out, api_failure_t *failure);


#endif /* API_HTTP_INPUT_H */
