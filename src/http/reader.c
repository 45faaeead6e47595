
#include "http/reader.h"
#include "http/source.h"
#include "json/write.h"


static ngx_uint_t is_json(const api_http_route_t *route,
    const api_http_bind_t *bind);


ngx_int_t
api_http_reader_value(api_http_ctx_t *ctx, const api_http_reader_t *reader,
    ngx_uint_t n, api_value_t *out)
{
    const api_http_read_t  *read;

    read = reader->reads.elts;

    ngx_memzero(out, sizeof(api_value_t));

    return read[n].bind.source->value(ctx, ctx->route->queries.nelts
                                           + reader->index, n, out);
}


ngx_int_t
api_http_reader_json(api_http_ctx_t *ctx, const api_http_reader_t *reader,
    ngx_uint_t n, api_buf_t *out)
{
    api_value_t             value;
    const api_http_read_t  *read;

    if (api_http_reader_value(ctx, reader, n, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    read = reader->reads.elts;

    if (value.null) {
        api_buf_add_literal(out, "null");

    } else if (is_json(ctx->route, &read[n].bind)) {
        api_buf_add_str(out, &value.text);

    } else {
        /* the bytes of a header need not be UTF-8 */
        api_json_write_untrusted(out, value.text.data, value.text.len);
    }

    return api_buf_ok(out) ? NGX_OK : NGX_ERROR;
}


/* is the text of such a value JSON by itself? */

static ngx_uint_t
is_json(const api_http_route_t *route, const api_http_bind_t *bind)
{
    api_type_t  type;

    if (bind->source->earlier) {
        return bind->json;
    }

    api_http_source_type(route, bind, &type);

    switch (type.kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
    case API_TYPE_NUMBER:
    case API_TYPE_BOOL:
    case API_TYPE_JSON:
        return 1;

    default:
        return 0;
    }
}
