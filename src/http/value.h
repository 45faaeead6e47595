
/*
 * The value of a statement's parameter, as PostgreSQL is sent it.
 */


#ifndef API_HTTP_VALUE_H
#define API_HTTP_VALUE_H


#include "http/ctx.h"


/*
 * As it is or will be sent; what comes of an earlier row is known once that is
 * there.  out is zeroed.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_value(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_value_t *out);

/* the same before it is put in the form that PostgreSQL reads */
API_MUST_CHECK ngx_int_t api_http_value_raw(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_value_t *out);

/*
 * And from that to this: a parameter's text as PostgreSQL reads it for its
 * type, see sql/form.  NGX_OK (often nothing has to be done), NGX_DECLINED
 * (failure's code and message are set), NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_value_form(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_value_t *value,
    api_failure_t *failure);


#endif /* API_HTTP_VALUE_H */
