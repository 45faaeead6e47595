
#include "http/value.h"
#include "http/learned.h"
#include "http/source.h"
#include "sql/form.h"


ngx_int_t
api_http_value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out)
{
    api_failure_t  failure;

    if (api_http_value_raw(ctx, step, n, out) != NGX_OK) {
        return NGX_ERROR;
    }

    /* a value that cannot be put in form was refused before; one of a variable
       or a row is sent as it is */

    return api_http_value_form(ctx, step, n, out, &failure) == NGX_ERROR
           ? NGX_ERROR : NGX_OK;
}


ngx_int_t
api_http_value_raw(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out)
{
    const api_http_bind_t  *bind;

    static const ngx_str_t  yes = ngx_string("true");
    static const ngx_str_t  no = ngx_string("false");

    bind = api_http_source_bind(ctx->route, step, n);

    if (bind->source->value(ctx, step, n, out) != NGX_OK) {
        return NGX_ERROR;
    }

    if (bind->sent) {
        out->text = out->absent ? no : yes;
        out->null = 0;
    }

    return NGX_OK;
}


ngx_int_t
api_http_value_form(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *value, api_failure_t *failure)
{
    api_type_t              declared;
    const api_sql_type_t   *form;
    const api_http_bind_t  *bind;

    form = value->null ? NULL : api_http_learned_form(ctx, step, n);

    if (form == NULL) {
        return NGX_OK;
    }

    bind = api_http_source_bind(ctx->route, step, n);

    api_http_source_type(ctx->route, bind, &declared);

    /* the array of a body is a literal that we have written */

    return api_sql_form_text(ctx->request->pool, form,
                             declared.array
                             || bind->source->form == API_SOURCE_READ
                             || bind->source->form == API_SOURCE_JSON,
                             &value->text, failure);
}
