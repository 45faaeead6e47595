
#include "http/outcome.h"
#include "http/blame.h"
#include "http/databases.h"
#include "http/inquire.h"
#include "http/origin.h"
#include "http/plan.h"
#include "http/settings.h"
#include "db/where.h"
#include "sql/cell.h"
#include "sql/lexer.h"
#include "sql/said.h"


static ngx_uint_t api_http_outcome_promises(const api_http_ctx_t *ctx);
static ngx_uint_t api_http_outcome_calls(const api_http_ctx_t *ctx);
static ngx_int_t api_http_outcome_failed(api_http_ctx_t *ctx,
    const struct pg_result *res, ngx_uint_t step);
static ngx_str_t api_http_outcome_words(api_http_ctx_t *ctx,
    const struct pg_result *res, ngx_uint_t step);
static void api_http_outcome_log(api_http_ctx_t *ctx, ngx_str_t words);
static ngx_int_t api_http_outcome_ask(api_http_ctx_t *ctx,
    const struct pg_result *res, const api_http_blame_t *blame);
static void api_http_outcome_known(api_http_ctx_t *ctx, ngx_uint_t ours,
    const ngx_uint_t *named);


ngx_int_t
api_http_outcome(api_http_ctx_t *ctx, api_db_outcome_e outcome,
    const struct pg_result *res, ngx_uint_t step)
{
    ngx_int_t  n;

    switch (outcome) {

    case API_DB_COMMITTED:
    case API_DB_DECLINED:

        if (ctx->error.code != API_ERROR_NONE) {
            return NGX_DECLINED;
        }

        return outcome == API_DB_COMMITTED || ctx->undone ? NGX_OK
                                                          : NGX_ERROR;

    case API_DB_FAILED:
        n = api_http_plan_query(ctx->route, ctx->part, step);

        if (n == NGX_DECLINED) {
            api_http_settings_failed(ctx, res);
            return NGX_DECLINED;
        }

        return api_http_outcome_failed(ctx, res, (ngx_uint_t) n);

    case API_DB_TOO_LARGE:
        n = api_http_plan_query(ctx->route, ctx->part, step);

        if (n == NGX_DECLINED) {
            return NGX_ERROR;
        }

        api_http_outcome_too_large(ctx, (ngx_uint_t) n);
        return NGX_DECLINED;

    case API_DB_LOST:
        return api_http_outcome_later(ctx, API_ERROR_DATABASE_AWAY,
                                    "the connection to the database was lost");

    case API_DB_IN_DOUBT:
        api_http_outcome_in_doubt(ctx, "the connection to the database was "
                                       "lost");
        return NGX_DECLINED;

    case API_DB_AWAY:
        return api_http_outcome_later(ctx, API_ERROR_DATABASE_AWAY,
                                      "the database cannot be reached at the "
                                      "moment");

    case API_DB_LATE:
        return api_http_outcome_later(ctx, API_ERROR_ACQUIRE_TIMEOUT,
                                    "no connection to the database became "
                                    "free in time");

    default:
        return NGX_ERROR;
    }
}


/* does the answer say that nothing was kept, and to try again? */

static ngx_uint_t
api_http_outcome_promises(const api_http_ctx_t *ctx)
{
    return ctx->error.status == 0
           && (ctx->error.code == API_ERROR_RETRY
               || ctx->error.code == API_ERROR_TIMEOUT
               || ctx->error.code == API_ERROR_DATABASE_AWAY);
}


/* a procedure may have committed a part of what it does */

static ngx_uint_t
api_http_outcome_calls(const api_http_ctx_t *ctx)
{
    ngx_uint_t               i;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;

    for (i = 0; i < ctx->route->queries.nelts; i++) {
        if (api_sql_lexer_begins(&query[i].sql.source, "CALL")) {
            return 1;
        }
    }

    return 0;
}


void
api_http_outcome_nobody(api_http_ctx_t *ctx)
{
    if (ctx->nobody && ctx->error.code == API_ERROR_FORBIDDEN
        && ctx->error.status == 0)
    {
        api_error_set(&ctx->error, API_ERROR_UNAUTHORIZED,
                      "credentials are needed");
    }
}


static ngx_int_t
api_http_outcome_failed(api_http_ctx_t *ctx, const struct pg_result *res,
    ngx_uint_t step)
{
    ngx_uint_t               log;
    ngx_pool_t              *pool;
    api_http_blame_t         blame;
    api_http_loc_conf_t     *alcf;
    const api_http_query_t  *query;

    pool = ctx->request->pool;
    query = ctx->route->queries.elts;
    query += step;

    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);

    log = api_sql_state_error(pool, res, alcf->errors, &query->sql,
                              &ctx->error);

    api_http_outcome_nobody(ctx);

    if (ctx->route->plan.read_only && api_sql_cell_is_state(res, "25006")) {
        /* the transaction is read only by our own will, so that no primary was
           lost: the statement writes in a GET */
        api_error_set(&ctx->error, API_ERROR_STATEMENT, NULL);
        log = 1;
    }

    ngx_memzero(&blame, sizeof(api_http_blame_t));
    blame.step = step;

    /* whose fault it is matters only where api_error has not settled the
       answer */

    if (ctx->error.status == 0) {
        api_http_blame(ctx, step, res, &blame);
        step = blame.step;
    }

    if (blame.unsure
        && api_http_outcome_ask(ctx, res, &blame) == NGX_AGAIN)
    {
        return NGX_AGAIN;
    }

    if (blame.ours) {
        api_error_set(&ctx->error, API_ERROR_STATEMENT, NULL);
        log = 1;

    } else {
        api_http_origin_name(ctx, step, res, blame.named);
    }

    if (api_http_outcome_promises(ctx) && api_http_outcome_calls(ctx)) {
        api_error_set(&ctx->error, API_ERROR_IN_DOUBT, API_SQL_STATE_IN_DOUBT);
    }

    if (log) {
        api_http_outcome_log(ctx,
                             api_http_outcome_words(ctx, res, step));
    }

    return NGX_DECLINED;
}


/* what the log says of it */

static ngx_str_t
api_http_outcome_words(api_http_ctx_t *ctx, const struct pg_result *res,
    ngx_uint_t step)
{
    u_char                   where[NGX_MAX_ERROR_STR / 2], *end, *p;
    ngx_str_t                message, words;
    const char              *right;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    query += step;

    message = api_sql_state_message(ctx->request->pool, res, &query->sql);

    end = api_db_where(where, where + sizeof(where), &query->sql,
                       api_sql_state_offset(res, &query->sql));

    right = (ctx->error.code == API_ERROR_FORBIDDEN)
            ? api_sql_said_right(res, &query->sql) : "";

    words.len = message.len + sizeof("; ") - 1 + ngx_strlen(right)
                + (size_t) (end - where);

    words.data = ngx_pnalloc(ctx->request->pool, words.len);

    if (words.data == NULL) {
        return message;
    }

    p = ngx_sprintf(words.data, "%V%s%s%*s", &message, *right ? "; " : "",
                    right, (size_t) (end - where), where);

    words.len = (size_t) (p - words.data);

    return words;
}


static void
api_http_outcome_log(api_http_ctx_t *ctx, ngx_str_t words)
{
    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "%V: %V", &ctx->route->name, &words);
}


/*
 * The result is gone when somebody knows more: what is said of it in either
 * case is kept until then.
 */

static ngx_int_t
api_http_outcome_ask(api_http_ctx_t *ctx, const struct pg_result *res,
    const api_http_blame_t *blame)
{
    if (api_http_inquire(ctx, res, blame, api_http_outcome_known)
        != NGX_AGAIN)
    {
        return NGX_DECLINED;
    }

    ctx->refusal.step = blame->step;
    ctx->refusal.words = api_http_outcome_words(ctx, res, blame->step);

    api_sql_state_failure(res, &ctx->refusal.failure);

    return NGX_AGAIN;
}


static void
api_http_outcome_known(api_http_ctx_t *ctx, ngx_uint_t ours,
    const ngx_uint_t *named)
{
    if (ours) {
        api_error_set(&ctx->error, API_ERROR_STATEMENT, NULL);
        api_http_outcome_log(ctx, ctx->refusal.words);

    } else {
        api_http_origin_value(ctx, ctx->refusal.step, &ctx->refusal.failure,
                              named);
    }

    ctx->query_rc = NGX_DECLINED;
    ctx->resume(ctx);
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
                  "and the route pages, or raise that", &ctx->route->name,
                  alcf->max_answer, &query->place.file, query->place.line);

    api_error_set(&ctx->error, API_ERROR_TOO_LARGE,
                  "the answer would be larger than this server allows; ask "
                  "for less");
}


/* the place of the last statement, which ends with the commit */

void
api_http_outcome_in_doubt(api_http_ctx_t *ctx, const char *why)
{
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    query += api_http_plan_last(ctx->route, ctx->route->parts[ctx->part].first);

    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "%V: it is not known whether this was done: %s before the "
                  "answer came, statement in %V:%ui", &ctx->route->name, why,
                  &query->place.file, query->place.line);

    api_error_set(&ctx->error, API_ERROR_IN_DOUBT, API_SQL_STATE_IN_DOUBT);
}


ngx_int_t
api_http_outcome_later(api_http_ctx_t *ctx, api_error_code_e code,
    const char *detail)
{
    api_db_t  *db;

    api_error_set(&ctx->error, code, detail);

    db = api_http_databases_get(ctx->route->database);

    if (db != NULL) {
        ctx->error.retry_after = api_db_retry_after(db);
    }

    return NGX_DECLINED;
}
