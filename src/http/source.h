
/*
 * Where the value of a statement's parameter comes from: an input, a field of
 * the body or the whole, a hash, an earlier row, a variable.
 */


#ifndef API_HTTP_SOURCE_H
#define API_HTTP_SOURCE_H


#include "http/ctx.h"


/* "path", "query" …, by api_http_in_e */
extern const ngx_str_t  api_http_source_names[];


/*
 * in and field of what a statement's parameter stands for.  NGX_OK, or
 * NGX_DECLINED: the client has not sent it, as a variable or an earlier row.
 */
ngx_int_t api_http_source_place(const api_http_route_t *route,
    ngx_uint_t step, ngx_uint_t n, api_failure_t *failure);

/* the type that what a bind stands for was declared with, or API_TYPE_NONE */
void api_http_source_type(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *type);

/*
 * The value of a statement's parameter, as it is or will be sent; what comes
 * of an earlier row is known once that is there.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_source_value(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_value_t *out);

/* the same before it is put in the form that PostgreSQL reads */
API_MUST_CHECK ngx_int_t api_http_source_raw(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_value_t *out);

/*
 * And from that to this: a parameter's text as PostgreSQL reads it for its
 * type, see sql/form.  NGX_OK (often nothing has to be done), NGX_DECLINED
 * (failure's code and message are set), NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_source_form(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_value_t *value,
    api_failure_t *failure);


#endif /* API_HTTP_SOURCE_H */
