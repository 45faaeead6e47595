
/*
 * What the client sent, typed: path, query, headers, cookies, body.
 */


#ifndef API_HTTP_INPUT_H
#define API_HTTP_INPUT_H


#include "http/request.h"


/*
 * Everything but the body, all failures at once: NGX_OK, NGX_DECLINED (400 in
 * ctx->error), NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_input_parameters(api_http_ctx_t *ctx);

/* is the Content-Type JSON?  NGX_OK or NGX_DECLINED (415 in ctx->error) */
API_MUST_CHECK ngx_int_t api_http_input_media_type(api_http_ctx_t *ctx);

/* the step: the body, once nginx has it.  As a step returns. */
API_MUST_CHECK ngx_int_t api_http_input_body(api_http_ctx_t *ctx);


#endif /* API_HTTP_INPUT_H */
