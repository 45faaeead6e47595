
#include "http/source.h"
#include "http/unsent.h"
#include "sql/cell.h"


/* a result, while what others take of it is kept */
typedef struct {
    api_http_ctx_t             *ctx;
    ngx_uint_t                  step;
    const struct pg_result     *res;
    const api_sql_shape_t      *shape;
} source_result_t;


static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);
static ngx_uint_t readers(const api_http_route_t *route);
static ngx_int_t keep_bind(const source_result_t *r, ngx_uint_t later,
    ngx_uint_t n);
static ngx_int_t keep_cell(const source_result_t *r, ngx_int_t column,
    const api_http_bind_t *bind, api_value_t *out);
static ngx_int_t keep_whole(const source_result_t *r, api_value_t *out);
static ngx_int_t keep_json(const source_result_t *r, api_sql_rows_e why,
    api_buf_t *buf, api_value_t *out);
static void tell(const source_result_t *r, ngx_uint_t later, ngx_uint_t n);


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


static ngx_uint_t
readers(const api_http_route_t *route)
{
    return route->readers != NULL ? route->readers->nelts : 0;
}


ngx_int_t
api_http_source_row_begin(api_http_ctx_t *ctx)
{
    ngx_uint_t               i, n, all;
    ngx_pool_t              *pool;
    const api_http_query_t  *query;
    api_http_reader_t      **reader;

    if (!ctx->route->rows || ctx->rows != NULL) {
        return NGX_OK;
    }

    pool = ctx->request->pool;
    query = ctx->route->queries.elts;
    all = ctx->route->queries.nelts + readers(ctx->route);

    ctx->rows = ngx_pcalloc(pool, all * sizeof(api_value_t *));
    if (ctx->rows == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < all; i++) {

        if (i < ctx->route->queries.nelts) {
            n = query[i].sql.params.nelts;

        } else {
            reader = ctx->route->readers->elts;
            n = reader[i - ctx->route->queries.nelts]->reads.nelts;
        }

        if (n == 0) {
            continue;
        }

        ctx->rows[i] = ngx_pcalloc(pool, n * sizeof(api_value_t));
        if (ctx->rows[i] == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_http_source_row_keep(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res, const api_sql_shape_t *shape)
{
    ngx_int_t                rc;
    ngx_uint_t               i, n;
    source_result_t          r;
    const api_http_query_t  *query;
    api_http_reader_t      **reader;

    if (!ctx->route->rows) {
        return NGX_OK;
    }

    r.ctx = ctx;
    r.step = step;
    r.res = res;
    r.shape = shape;

    query = ctx->route->queries.elts;

    for (i = step + 1; i < ctx->route->queries.nelts; i++) {
        for (n = 0; n < query[i].sql.params.nelts; n++) {

            rc = keep_bind(&r, i, n);

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    for (i = 0; i < readers(ctx->route); i++) {

        reader = ctx->route->readers->elts;

        for (n = 0; n < reader[i]->reads.nelts; n++) {

            rc = keep_bind(&r, ctx->route->queries.nelts + i, n);

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
keep_bind(const source_result_t *r, ngx_uint_t later, ngx_uint_t n)
{
    ngx_int_t               column;
    const api_http_bind_t  *bind;

    bind = api_http_source_bind(r->ctx->route, later, n);

    if (bind->source != &api_http_source_row || bind->index != r->step) {
        return NGX_OK;
    }

    if (bind->whole) {
        return keep_whole(r, &r->ctx->rows[later][n]);
    }

    column = api_sql_cell_column(r->res, &bind->member);

    if (column != NGX_ERROR) {
        return keep_cell(r, column, bind, &r->ctx->rows[later][n]);
    }

    tell(r, later, n);

    api_error_set(&r->ctx->error, API_ERROR_STATEMENT, NULL);

    return NGX_DECLINED;
}


static ngx_int_t
keep_cell(const source_result_t *r, ngx_int_t column,
    const api_http_bind_t *bind, api_value_t *out)
{
    api_buf_t             buf;
    ngx_pool_t           *pool;
    api_sql_rows_e        why;
    api_http_loc_conf_t  *alcf;

    pool = r->ctx->request->pool;

    if (bind->bytes) {
        return api_sql_cell_bytes(pool, r->res, column, out);
    }

    if (api_sql_cell_copy(pool, r->res, column, out) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!bind->json || out->null) {
        return NGX_OK;
    }

    alcf = ngx_http_get_module_loc_conf(r->ctx->request, ngx_http_api_module);

    if (api_buf_init(&buf, pool, out->text.len + sizeof("\"\""),
                     alcf->max_answer)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    why = api_sql_rows_cell(r->res, r->shape, (ngx_uint_t) column, &buf);

    return keep_json(r, why, &buf, out);
}


/* all rows, as the statement's kind makes them an answer */

static ngx_int_t
keep_whole(const source_result_t *r, api_value_t *out)
{
    size_t                   size;
    api_buf_t                buf;
    ngx_int_t                rc;
    api_sql_rows_e           why;
    api_http_loc_conf_t     *alcf;
    const api_http_query_t  *query;

    query = r->ctx->route->queries.elts;
    query += r->step;

    alcf = ngx_http_get_module_loc_conf(r->ctx->request, ngx_http_api_module);

    ngx_memzero(out, sizeof(api_value_t));

    size = (r->shape != NULL) ? api_sql_rows_size(r->res, r->shape) : 0;
    size = ngx_min(size + 1, alcf->max_answer);

    if (api_buf_init(&buf, r->ctx->request->pool, size, alcf->max_answer)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    why = api_sql_rows_render(r->res, query->result, r->shape, &buf);
    rc = keep_json(r, why, &buf, out);

    api_http_unsent_keep(r->ctx, (size_t) (buf.end - buf.start));

    return rc;
}


static ngx_int_t
keep_json(const source_result_t *r, api_sql_rows_e why, api_buf_t *buf,
    api_value_t *out)
{
    if (why == API_SQL_ROWS_STRANGE && !r->ctx->job.typed) {
        return NGX_AGAIN;
    }

    if (api_buf_string(buf, &out->text) == NGX_OK) {
        return NGX_OK;
    }

    /* the answer that it is for would be as large */
    r->ctx->out.full = buf->full;

    return NGX_ERROR;
}


static void
tell(const source_result_t *r, ngx_uint_t later, ngx_uint_t n)
{
    const api_place_t        *place;
    const api_http_bind_t    *bind;
    const api_http_read_t    *read;
    const api_http_query_t   *query;
    const api_http_route_t   *route;
    api_http_reader_t       **reader;

    route = r->ctx->route;
    query = route->queries.elts;
    bind = api_http_source_bind(route, later, n);

    if (later < route->queries.nelts) {
        place = &query[later].place;

    } else {
        reader = route->readers->elts;
        read = reader[later - route->queries.nelts]->reads.elts;
        place = &read[n].place;
    }

    ngx_log_error(NGX_LOG_ERR, r->ctx->request->connection->log, 0,
                  "%V: $%V.%V is used in %V:%ui, but the statement in %V:%ui "
                  "has no such column", &route->name, &query[r->step].as,
                  &bind->member, &place->file, place->line,
                  &query[r->step].place.file, query[r->step].place.line);
}
