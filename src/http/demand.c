
#include "http/demand.h"
#include "http/reader.h"
#include "http/request_id.h"


static ngx_int_t ask_all(api_http_ctx_t *ctx, ngx_uint_t at,
    ngx_uint_t between);
static ngx_int_t ask(api_http_ctx_t *ctx, const api_http_demand_t *demand);
static ngx_int_t refuse(api_http_ctx_t *ctx, const api_http_demand_t *demand);
static ngx_uint_t is_among(const api_http_demand_t *demand,
    const ngx_str_t *text);
static ngx_int_t tell_strange(api_http_ctx_t *ctx,
    const api_http_demand_t *demand, const ngx_str_t *text);
static ngx_int_t run(api_http_ctx_t *ctx);


const api_http_step_t  api_http_demand_step = {
    "check", API_PHASE_QUERY, NULL, run, NULL
};


ngx_int_t
api_http_demand_with(api_http_ctx_t *ctx, ngx_uint_t n)
{
    return ask_all(ctx, n + 1, 0);
}


static ngx_int_t
run(api_http_ctx_t *ctx)
{
    const api_http_route_t  *route;

    /* the answer stands already */

    if (ctx->none != 0) {
        return NGX_OK;
    }

    route = ctx->route;

    return ask_all(ctx, ctx->part < route->nparts
                        ? route->parts[ctx->part].first
                        : route->queries.nelts, 1);
}


static ngx_int_t
ask_all(api_http_ctx_t *ctx, ngx_uint_t at, ngx_uint_t between)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    const api_http_demand_t  *demand;

    demand = ctx->route->demands->elts;

    for (i = 0; i < ctx->route->demands->nelts; i++) {

        if (demand[i].reader->at != at || demand[i].between != between) {
            continue;
        }

        rc = ask(ctx, &demand[i]);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ask(api_http_ctx_t *ctx, const api_http_demand_t *demand)
{
    api_value_t  value;

    if (api_http_reader_value(ctx, demand->reader, 0, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    if (demand->among != NULL) {
        return value.null || is_among(demand, &value.text)
               ? NGX_OK : tell_strange(ctx, demand, &value.text);
    }

    if (value.null) {
        return refuse(ctx, demand);
    }

    /* as PostgreSQL writes a boolean */

    if (api_str_is(&value.text, "t")) {
        return demand->negated ? refuse(ctx, demand) : NGX_OK;
    }

    if (api_str_is(&value.text, "f")) {
        return demand->negated ? NGX_OK : refuse(ctx, demand);
    }

    return tell_strange(ctx, demand, &value.text);
}


static ngx_uint_t
is_among(const api_http_demand_t *demand, const ngx_str_t *text)
{
    ngx_int_t          n;
    ngx_uint_t         i;
    const ngx_uint_t  *value;

    n = ngx_atoi(text->data, text->len);
    value = demand->among->elts;

    for (i = 0; i < demand->among->nelts; i++) {
        if (n == (ngx_int_t) value[i]) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
refuse(api_http_ctx_t *ctx, const api_http_demand_t *demand)
{
    api_error_set(&ctx->error, API_ERROR_RAISED, NULL);
    api_error_ask(&ctx->error, demand->status);

    if (ctx->error.code == API_ERROR_STATEMENT) {
        /* no statement has failed */
        ctx->error.code = API_ERROR_RAISED;
    }

    ctx->error.detail = demand->detail;

    return NGX_DECLINED;
}


/* a boolean whose type nginx -t could not look at; a status beyond its list,
   before anything is committed */

static ngx_int_t
tell_strange(api_http_ctx_t *ctx, const api_http_demand_t *demand,
    const ngx_str_t *text)
{
    const api_http_read_t  *read;

    read = demand->reader->reads.elts;

    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  demand->among != NULL
                  ? "%V: %s in %V:%ui: the column $%V is %V, which \"in=\" "
                    "does not have, so that all is rolled back: add it there, "
                    "or let the statement say another one, request_id: %V"
                  : "%V: %s in %V:%ui: the column $%V is %V, no boolean, so "
                    "that the request is refused: let the statement compare, "
                    "request_id: %V", &ctx->route->name, demand->reader->what,
                  &read->place.file, read->place.line, &read->param.name, text,
                  api_http_request_id(ctx));

    api_error_set(&ctx->error, API_ERROR_STATEMENT, NULL);

    return NGX_DECLINED;
}
