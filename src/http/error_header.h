
/*
 * The header that an answer has because of its error's code: Allow of a 405,
 * Retry-After of a 503.  core/error_list says which code has which.
 */


#ifndef API_HTTP_ERROR_HEADER_H
#define API_HTTP_ERROR_HEADER_H


#include "http/ctx.h"


/*
 * Adds the header of ctx->error's code to the answer, before it is sent; a
 * header of that name that is there already stays.  NGX_OK (also where the
 * code has none), NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_error_header(api_http_ctx_t *ctx);

/*
 * The same for those that every answer of a status must have, whoever has made
 * it (a 401 says how to ask), when all others have said what they have.
 */
API_MUST_CHECK ngx_int_t api_http_error_header_late(ngx_http_request_t *r);

/* "Allow" for ctx->allow.  NGX_OK, NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_http_error_header_allow(api_http_ctx_t *ctx);


#endif /* API_HTTP_ERROR_HEADER_H */
