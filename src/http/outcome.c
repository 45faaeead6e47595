
#include "http/outcome.h"
#include "http/origin.h"
#include "http/vars.h"
#include "http/worker.h"
#include "sql/cell.h"


static ngx_int_t api_http_outcome_failed(api_http_ctx_t *ctx,
    const struct pg_result *res, ngx_uint_t step);


ngx_int_t
api_http_outcome(api_http_ctx_t *ctx, api_db_outcome_e outcome,
    const struct pg_result *res, ngx_uint_t step)
{
    switch (outcome) {

    case API_DB_COMMITTED:
    case API_DB_DECLINED:

        if (ctx->error.code != API_ERROR_NONE) {
            return NGX_DECLINED;
        }

        return outcome == API_DB_COMMITTED ? NGX_OK : NGX_ERROR;

    case API_DB_FAILED:
        return api_http_outcome_failed(ctx, res, step);

    case API_DB_TOO_LARGE:
        api_http_outcome_too_large(ctx, step);
        return NGX_DECLINED;

    case API_DB_LOST:
        return api_http_outcome_later(ctx, API_ERROR_DATABASE_AWAY,
                                    "the connection to the database was lost");

    case API_DB_AWAY:
        return api_http_outcome_later(ctx, API_ERROR_DATABASE_AWAY,
                                    "the database is away");

    case API_DB_LATE:
        return api_http_outcome_later(ctx, API_ERROR_ACQUIRE_TIMEOUT,
                                    "no connection to the database became "
                                    "free in time");

    default:
        return NGX_ERROR;
    }
}


static ngx_int_t
api_http_outcome_failed(api_http_ctx_t *ctx, const struct pg_result *res,
    ngx_uint_t step)
{
    size_t                   offset;
    ngx_str_t                message;
    ngx_uint_t               log, line, column;
    ngx_pool_t              *pool;
    api_http_loc_conf_t     *alcf;
    const api_http_query_t  *query;

    pool = ctx->request->pool;
    query = ctx->route->queries.elts;
    query += step;

    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);

    log = api_sql_state_error(pool, res, alcf->errors, &query->sql,
                              &ctx->error);

    if (ctx->route->plan.read_only && api_sql_cell_is_state(res, "25006")) {
        /* not a primary that was lost: the statement writes in a GET */
        api_error_set(&ctx->error, API_ERROR_STATEMENT, NULL);
        log = 1;
    }

    api_http_origin_name(ctx, step, res);

    if (log) {
        message = api_sql_state_message(pool, res, &query->sql);

        line = 1;
        column = 1;
        offset = api_sql_state_offset(res, &query->sql);

        if (offset != (size_t) NGX_ERROR) {
            api_sql_statement_place(&query->sql.source, offset, &line,
                                    &column);
        }

        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "%V: %V, line %ui, column %ui of the statement in "
                      "%V:%ui, request_id: %V", &ctx->route->name, &message,
                      line, column, &query->sql.file, query->sql.line,
                      api_http_vars_request_id(ctx));
    }

    return NGX_DECLINED;
}


void
api_http_outcome_too_large(api_http_ctx_t *ctx, ngx_uint_t step)
{
    api_http_loc_conf_t     *alcf;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    query += step;

    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);

    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "%V: the result is larger than the %uz bytes of "
                  "api_max_answer: let the statement in %V:%ui have a LIMIT "
                  "and the route pages, or raise that, request_id: %V",
                  &ctx->route->name, alcf->max_answer, &query->place.file,
                  query->place.line, api_http_vars_request_id(ctx));

    api_error_set(&ctx->error, API_ERROR_TOO_LARGE,
                  "the answer would be larger than this server allows; ask "
                  "for less of it");
}


ngx_int_t
api_http_outcome_later(api_http_ctx_t *ctx, api_error_code_e code,
    const char *detail)
{
    api_db_t  *db;

    api_error_set(&ctx->error, code, detail);

    db = api_http_worker_db(ctx->route->database);

    if (db != NULL) {
        ctx->error.retry_after = api_db_retry_after(db);
    }

    return NGX_DECLINED;
}
