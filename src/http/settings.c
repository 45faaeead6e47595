
#include "http/settings.h"
#include "http/plan.h"
#include "http/value.h"
#include "sql/state.h"


static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t n, ngx_str_t *out);


ngx_int_t
api_http_settings_plan(api_http_ctx_t *ctx, const api_db_plan_t **plan)
{
    ngx_str_t                   role, *roles;
    ngx_uint_t                  i;
    const api_http_part_t      *part;
    const api_http_settings_t  *settings;

    part = &ctx->route->parts[ctx->part];
    settings = ctx->route->settings;

    if (settings == NULL || settings->roles == NULL) {
        *plan = part->plan;
        return NGX_OK;
    }

    /* one role for all of a request's transactions */

    if (ctx->role != 0) {
        *plan = &part->plans[ctx->role - 1];
        return NGX_OK;
    }

    if (value(ctx, settings->list->nelts - 1, &role) != NGX_OK) {
        return NGX_ERROR;
    }

    roles = settings->roles->elts;

    for (i = 0; i < settings->roles->nelts; i++) {

        if (api_str_equal(&roles[i], &role)) {
            ctx->role = i + 1;
            *plan = &part->plans[i];
            return NGX_OK;
        }
    }

    ngx_log_error(NGX_LOG_INFO, ctx->request->connection->log, 0,
                  "%V: \"%V\" is no role that api_role lists",
                  &ctx->route->name, &role);

    api_error_set(&ctx->error, API_ERROR_FORBIDDEN, NULL);

    return NGX_DECLINED;
}


ngx_int_t
api_http_settings_values(api_http_ctx_t *ctx, const char **values)
{
    ngx_str_t                   text, *roles;
    ngx_uint_t                  i, n;
    const api_http_settings_t  *settings;

    settings = ctx->route->settings;
    n = settings->list->nelts;

    /* by now a variable might say something else than when it was looked for */

    if (settings->roles != NULL) {
        roles = settings->roles->elts;
        values[--n] = (const char *) roles[ctx->role - 1].data;
    }

    for (i = 0; i < n; i++) {

        if (value(ctx, i, &text) != NGX_OK) {
            return NGX_ERROR;
        }

        values[i] = (const char *) text.data;
    }

    return NGX_OK;
}


/* NUL behind */

static ngx_int_t
value(api_http_ctx_t *ctx, ngx_uint_t n, ngx_str_t *out)
{
    api_value_t                 sent;
    const api_http_setting_t   *setting;
    const api_http_settings_t  *settings;

    settings = ctx->route->settings;
    setting = settings->list->elts;
    *out = setting[n].literal;

    if (settings->binds[n].source == NULL) {
        return NGX_OK;
    }

    ngx_memzero(&sent, sizeof(api_value_t));

    if (api_http_value_raw(ctx, API_HTTP_PLAN_LEAD, n, &sent) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!sent.null && sent.text.len != 0) {
        *out = sent.text;
    }

    return NGX_OK;
}


void
api_http_settings_failed(api_http_ctx_t *ctx, const struct pg_result *res)
{
    ngx_str_t                   message;
    ngx_uint_t                  log;
    ngx_pool_t                 *pool;
    const api_http_settings_t  *settings;

    pool = ctx->request->pool;
    settings = ctx->route->settings;

    log = api_sql_state_error(pool, res, NULL, settings->sql, &ctx->error);

    /* it has no values that a client could mend */

    if (!log && api_error_status(&ctx->error) < NGX_HTTP_INTERNAL_SERVER_ERROR)
    {
        api_error_set(&ctx->error,
                      api_sql_state_fault(res) == API_SQL_FAULT_READING
                      ? API_ERROR_STATEMENT : API_ERROR_INTERNAL, NULL);
        log = 1;
    }

    if (!log) {
        return;
    }

    message = api_sql_state_message(pool, res, settings->sql);

    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "%V: api_settings or api_role: %V", &ctx->route->name,
                  &message);
}
