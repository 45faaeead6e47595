
#include "http/source.h"
#include "http/request_id.h"
#include "sql/cell.h"


static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);
static ngx_int_t keep_cell(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res, ngx_uint_t later, ngx_uint_t n);


const api_http_source_t  api_http_source_row = {
    .name = "a column of an earlier row",
    .value = value,
    .form = API_SOURCE_TIMES,
    .earlier = 1
};


static ngx_int_t
value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_value_t *out)
{
    *out = ctx->rows[step][n];

    return NGX_OK;
}


ngx_int_t
api_http_source_row_begin(api_http_ctx_t *ctx)
{
    ngx_uint_t               i;
    ngx_pool_t              *pool;
    const api_http_query_t  *query;

    if (!ctx->route->rows || ctx->rows != NULL) {
        return NGX_OK;
    }

    pool = ctx->request->pool;
    query = ctx->route->queries.elts;

    ctx->rows = ngx_pcalloc(pool,
                       ctx->route->queries.nelts * sizeof(api_value_t *));
    if (ctx->rows == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < ctx->route->queries.nelts; i++) {

        if (query[i].sql.params.nelts == 0) {
            continue;
        }

        ctx->rows[i] = ngx_pcalloc(pool,
                           query[i].sql.params.nelts * sizeof(api_value_t));
        if (ctx->rows[i] == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_http_source_row_keep(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res)
{
    ngx_int_t                rc;
    ngx_uint_t               i, n;
    const api_http_bind_t   *bind;
    const api_http_query_t  *query;

    if (!ctx->route->rows) {
        return NGX_OK;
    }

    query = ctx->route->queries.elts;

    for (i = step + 1; i < ctx->route->queries.nelts; i++) {
        for (n = 0; n < query[i].sql.params.nelts; n++) {

            bind = &query[i].binds[n];

            if (bind->source != &api_http_source_row || bind->index != step) {
                continue;
            }

            rc = keep_cell(ctx, step, res, i, n);

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
keep_cell(api_http_ctx_t *ctx, ngx_uint_t step, const struct pg_result *res,
    ngx_uint_t later, ngx_uint_t n)
{
    ngx_int_t                column;
    const api_http_bind_t   *bind;
    const api_http_query_t  *query;

    bind = api_http_source_bind(ctx->route, later, n);
    column = api_sql_cell_column(res, &bind->member);

    if (column != NGX_ERROR) {
        return api_sql_cell_copy(ctx->request->pool, res, column,
                                 &ctx->rows[later][n]);
    }

    query = ctx->route->queries.elts;

    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "%V: $%V.%V is used in %V:%ui, but the statement in %V:%ui "
                  "has no such column, request_id: %V", &ctx->route->name,
                  &query[step].as, &bind->member, &query[later].place.file,
                  query[later].place.line, &query[step].place.file,
                  query[step].place.line, api_http_request_id(ctx));

    api_error_set(&ctx->error, API_ERROR_STATEMENT, NULL);

    return NGX_DECLINED;
}
