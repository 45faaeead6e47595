
#include "http/member.h"


static api_json_t *read_body(const api_http_ctx_t *ctx, ngx_pool_t *pool);


ngx_uint_t
api_http_member(const api_http_ctx_t *ctx, const ngx_str_t *column,
    ngx_uint_t null)
{
    ngx_uint_t                found;
    ngx_pool_t               *temporary;
    api_json_t               *document;
    const api_json_t         *member;
    const api_schema_node_t  *root;

    /* a tree may be fifty times as large as its text */

    temporary = ngx_create_pool(4096, ctx->request->connection->log);
    if (temporary == NULL) {
        return 0;
    }

    found = 0;
    document = read_body(ctx, temporary);

    if (document != NULL && document->type == API_JSON_OBJECT) {

        root = api_schema_root(ctx->route->body->schema);
        member = api_json_member(document, column);

        found = (member == NULL || member->type == API_JSON_NULL) == null
                && (member != NULL || api_schema_member(root, column) != NULL);
    }

    ngx_destroy_pool(temporary);

    return found;
}


static api_json_t *
read_body(const api_http_ctx_t *ctx, ngx_pool_t *pool)
{
    api_json_t   *document;
    api_error_t   error;

    ngx_memzero(&error, sizeof(api_error_t));

    return api_json_read(pool, &ctx->body, NULL, &document, &error)
           == NGX_OK ? document : NULL;
}
