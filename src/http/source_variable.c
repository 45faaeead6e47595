
#include "http/source.h"
#include "core/text.h"


static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);
static ngx_uint_t echoes(const api_sql_param_t *param);


const api_http_source_t  api_http_source_variable = {
    .name = "a variable of nginx",
    .value = value,
    .echoes = echoes,
    .form = API_SOURCE_TIMES
};


static ngx_int_t
value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_value_t *out)
{
    ngx_http_variable_value_t  *vv;

    vv = ngx_http_get_indexed_variable(ctx->request,
                         api_http_source_bind(ctx->route, step, n)->index);

    if (vv == NULL) {
        return NGX_ERROR;
    }

    /* libpq would cut a text at its NUL byte */

    if (vv->not_found || ngx_strlchr(vv->data, vv->data + vv->len, '\0')) {
        out->null = 1;
        return NGX_OK;
    }

    return api_text_copy(ctx->request->pool, vv->data, vv->len, &out->text);
}


/* nginx's names of what stands in a request as it is */

static ngx_uint_t
echoes(const api_sql_param_t *param)
{
    ngx_uint_t  i;

    static const ngx_str_t  prefixes[] = {
        ngx_string("arg_"),
        ngx_string("http_"),
        ngx_string("cookie_"),
        ngx_null_string
    };

    for (i = 0; prefixes[i].len != 0; i++) {
        if (param->name.len > prefixes[i].len
            && ngx_strncmp(param->name.data, prefixes[i].data,
                           prefixes[i].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
