
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


#endif /* API_HTTP_INPUT_H */
