
#include "http/member.h"
#include "http/source.h"


/* bytes of a body that is read again */
#define MEMBER_BODY      (32 * 1024)


static ngx_uint_t has_body(const api_http_query_t *query);
static ngx_uint_t is_member(const api_http_ctx_t *ctx,
    const ngx_str_t *column, ngx_uint_t null);


ngx_int_t
api_http_member_fail(const api_http_ctx_t *ctx, const api_http_query_t *query,
    const ngx_str_t *column, const api_failure_t *failure,
    ngx_array_t **failures)
{
    api_buf_t       b;
    ngx_pool_t     *pool;
    api_failure_t   named;

    if (!has_body(query)
        || !is_member(ctx, column, api_str_is(&failure->code, "required")))
    {
        return NGX_DECLINED;
    }

    pool = ctx->request->pool;

    named = *failure;
    ngx_str_set(&named.in, "body");

    if (api_buf_init(&b, pool, 64, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_error_add_key(&b, column);

    if (api_buf_string(&b, &named.field) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_error_fail_once(pool, failures, API_ERROR_FAILURES, &named);
}


static ngx_uint_t
has_body(const api_http_query_t *query)
{
    ngx_uint_t  i;

    for (i = 0; i < query->sql.params.nelts; i++) {
        if (query->binds[i].source->whole) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
is_member(const api_http_ctx_t *ctx, const ngx_str_t *column, ngx_uint_t null)
{
    ngx_uint_t                found;
    ngx_pool_t               *temporary;
    const api_json_t         *document, *member;
    const api_schema_node_t  *root;

    /* a tree may be fifty times as large as its text */

    temporary = ngx_create_pool(4096, ctx->request->connection->log);
    if (temporary == NULL) {
        return 0;
    }

    found = 0;
    document = api_http_member_body(ctx, temporary);

    if (document != NULL && document->type == API_JSON_OBJECT) {

        root = api_schema_root(ctx->route->body->schema);
        member = api_json_member(document, column);

        found = (member == NULL || member->type == API_JSON_NULL) == null
                && (member != NULL || api_schema_member(root, column) != NULL);
    }

    ngx_destroy_pool(temporary);

    return found;
}


const api_json_t *
api_http_member_body(const api_http_ctx_t *ctx, ngx_pool_t *pool)
{
    api_json_t   *document;
    api_error_t   error;

    ngx_memzero(&error, sizeof(api_error_t));

    if (ctx->route->body == NULL || ctx->body.len > MEMBER_BODY) {
        return NULL;
    }

    return api_json_read(pool, &ctx->body, NULL, &document, &error)
           == NGX_OK ? document : NULL;
}
