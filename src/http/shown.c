
#include "http/shown.h"
#include "http/unsent.h"
#include "sql/cell.h"


static ngx_int_t begin(api_http_ctx_t *ctx, ngx_uint_t names);
static ngx_int_t keep_answer(api_http_ctx_t *ctx, const ngx_array_t *names,
    const struct pg_result *res);
static ngx_int_t keep_named(api_http_ctx_t *ctx, ngx_uint_t n,
    const struct pg_result *res);
static ngx_int_t keep_cell(api_http_ctx_t *ctx, const struct pg_result *res,
    ngx_int_t column, api_value_t *out);


ngx_int_t
api_http_shown_keep(api_http_ctx_t *ctx, ngx_uint_t n,
    const struct pg_result *res)
{
    ngx_uint_t             answers;
    api_http_main_conf_t  *amcf;

    answers = (n == ctx->route->answer);

    if (!answers && ctx->route->shown == NULL) {
        return NGX_OK;
    }

    amcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_api_module);

    if (amcf->row_names.nelts == 0) {
        return NGX_OK;
    }

    if (begin(ctx, amcf->row_names.nelts) != NGX_OK
        || (ctx->route->shown != NULL && keep_named(ctx, n, res) != NGX_OK))
    {
        return NGX_ERROR;
    }

    return answers ? keep_answer(ctx, &amcf->row_names, res) : NGX_OK;
}


/* absent: no column of the answer's has told it */

static ngx_int_t
begin(api_http_ctx_t *ctx, ngx_uint_t names)
{
    ngx_uint_t  i;

    if (ctx->row != NULL) {
        return NGX_OK;
    }

    ctx->row = ngx_pcalloc(ctx->request->pool, names * sizeof(api_value_t));
    if (ctx->row == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < names; i++) {
        ctx->row[i].null = 1;
        ctx->row[i].absent = 1;
    }

    return NGX_OK;
}


static ngx_int_t
keep_answer(api_http_ctx_t *ctx, const ngx_array_t *names,
    const struct pg_result *res)
{
    ngx_int_t         column;
    ngx_uint_t        i;
    const ngx_str_t  *name;

    name = names->elts;

    for (i = 0; i < names->nelts; i++) {

        column = api_sql_cell_variable(res, &name[i]);

        if (column != NGX_ERROR
            && keep_cell(ctx, res, column, &ctx->row[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
keep_named(api_http_ctx_t *ctx, ngx_uint_t n, const struct pg_result *res)
{
    ngx_int_t                column;
    ngx_uint_t               i;
    api_value_t             *out;
    const api_http_shown_t  *shown;

    shown = ctx->route->shown->elts;

    for (i = 0; i < ctx->route->shown->nelts; i++) {

        out = &ctx->row[shown[i].name];

        if (shown[i].query != n || !out->absent) {
            continue;
        }

        column = api_sql_cell_variable(res, &shown[i].column);

        if (column == NGX_ERROR) {
            continue;
        }

        if (keep_cell(ctx, res, column, out) != NGX_OK) {
            return NGX_ERROR;
        }

        out->absent = 1;
    }

    return NGX_OK;
}


static ngx_int_t
keep_cell(api_http_ctx_t *ctx, const struct pg_result *res, ngx_int_t column,
    api_value_t *out)
{
    if (api_sql_cell_copy(ctx->request->pool, res, column, out) != NGX_OK) {
        return NGX_ERROR;
    }

    api_http_unsent_keep(ctx, out->text.len);

    return NGX_OK;
}
