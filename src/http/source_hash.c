
#include "http/source.h"


static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);
static void type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *out);


const api_http_source_t  api_http_source_hash = {
    .name = "a hash, which is text",
    .value = value,
    .type = type
};


static ngx_int_t
value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_value_t *out)
{
    *out = ctx->hashes[api_http_source_bind(ctx->route, step, n)->index];

    return NGX_OK;
}


static void
type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *out)
{
    out->kind = API_TYPE_STRING;
}
