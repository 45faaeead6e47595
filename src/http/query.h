
/*
 * The step that asks PostgreSQL.
 */


#ifndef API_HTTP_QUERY_H
#define API_HTTP_QUERY_H


#include "http/ctx.h"


API_MUST_CHECK ngx_int_t api_http_query_step(api_http_ctx_t *ctx);

/*
 * The value of a statement's parameter, as it is or will be sent; what comes
 * of an earlier row is known once that is there.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_query_value(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_value_t *out);

/* the same before it is put in the form that PostgreSQL reads */
API_MUST_CHECK ngx_int_t api_http_query_sent(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_value_t *out);


#endif /* API_HTTP_QUERY_H */
