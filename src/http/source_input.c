
#include "http/source.h"


static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);
static void type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *out);
static void place(const api_http_route_t *route, const api_http_bind_t *bind,
    api_failure_t *failure);


const api_http_source_t  api_http_source_input = {
    .name = "a parameter",
    .value = value,
    .type = type,
    .place = place,
    .form = API_SOURCE_TEXT,
    .checked = API_SOURCE_WITH_INPUTS
};


static ngx_int_t
value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_value_t *out)
{
    *out = ctx->inputs[api_http_source_bind(ctx->route, step, n)->index];

    return NGX_OK;
}


static void
type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *out)
{
    const api_http_input_t  *input;

    input = route->inputs.elts;
    *out = input[bind->index].rule.type;
}


static void
place(const api_http_route_t *route, const api_http_bind_t *bind,
    api_failure_t *failure)
{
    const api_http_input_t  *input;

    input = route->inputs.elts;
    input += bind->index;

    failure->in = api_http_source_names[input->in];
    failure->field = input->name;
}
