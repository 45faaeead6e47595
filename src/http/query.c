
#include "http/query.h"
#include "http/databases.h"
#include "http/demand.h"
#include "http/envelope.h"
#include "http/inquire.h"
#include "http/learned.h"
#include "http/outcome.h"
#include "http/plan.h"
#include "http/settings.h"
#include "http/shown.h"
#include "http/slow_log.h"
#include "http/source.h"
#include "http/unsent.h"
#include "http/value.h"
#include "sql/cell.h"


/*
 * What is received for an answer, at most so many times its JSON, and a little
 * for what may be left out of it: in hex a bytea is longer than in base64,
 * rows and values have their headers, and quotes in a composite in an array
 * are doubled and doubled again.
 */
#define API_HTTP_QUERY_WIRE   2
#define API_HTTP_QUERY_SLACK  (64 * 1024)


static ngx_int_t api_http_query_next(api_http_ctx_t *ctx);
static ngx_int_t api_http_query_submit(api_http_ctx_t *ctx);
static ngx_int_t api_http_query_values(api_db_job_t *job, ngx_uint_t step,
    const char **values);
static void api_http_query_begin(api_http_ctx_t *ctx);
static ngx_int_t api_http_query_result(api_db_job_t *job, ngx_uint_t step,
    const struct pg_result *res, const api_sql_shape_t *shape);
static ngx_int_t api_http_query_confirm(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res);
static ngx_int_t api_http_query_none(api_http_ctx_t *ctx,
    const api_http_query_t *query);
static ngx_int_t api_http_query_refused(api_http_ctx_t *ctx, ngx_uint_t step,
    api_sql_rows_e why);
static ngx_int_t api_http_query_render(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res, const api_sql_shape_t *shape);
static void api_http_query_done(api_db_job_t *job, api_db_outcome_e outcome,
    const struct pg_result *res, ngx_uint_t step);


ngx_int_t
api_http_query_step(api_http_ctx_t *ctx)
{
    if (ctx->query_done) {
        return ctx->query_rc == NGX_OK ? api_http_query_next(ctx)
                                       : ctx->query_rc;
    }

    /* the request has begun again, or none= has ended it */

    if (ctx->part < ctx->committed || (ctx->part != 0 && ctx->none != 0)) {
        return api_http_query_next(ctx);
    }

    return api_http_query_submit(ctx);
}


/* the part is done: on to the next one */

static ngx_int_t
api_http_query_next(api_http_ctx_t *ctx)
{
    ctx->query_done = 0;
    ctx->part++;
    ctx->committed = ngx_max(ctx->committed, ctx->part);

    return NGX_OK;
}


void
api_http_query_forget(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    api_http_slow_log_forgotten(ctx, cancel);
    api_db_forget(&ctx->job, cancel);
    api_http_inquire_forget(ctx);
    api_http_unsent_settle(ctx);
}


static ngx_int_t
api_http_query_submit(api_http_ctx_t *ctx)
{
    ngx_int_t             rc;
    api_db_t             *db;
    api_db_job_t         *job;
    api_http_loc_conf_t  *alcf;
    const api_db_plan_t  *plan;

    rc = api_http_settings_plan(ctx, &plan);

    if (rc != NGX_OK) {
        return rc;
    }

    db = api_http_databases_get(ctx->route->database);

    if (db == NULL || api_http_source_row_begin(ctx) != NGX_OK
        || api_http_learned_guard(ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* only the first part is asked for room: a request that has committed
       something goes on */

    if (ctx->part == 0 && api_http_unsent_admit(ctx) != NGX_OK) {
        return api_http_outcome_later(ctx, API_ERROR_BUSY,
                                      "too many answers are waiting to be "
                                      "read");
    }

    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);

    job = &ctx->job;

    job->most = alcf->max_answer * API_HTTP_QUERY_WIRE + API_HTTP_QUERY_SLACK;
    job->plan = plan;
    job->values = api_http_query_values;
    job->result = api_http_query_result;
    job->done = api_http_query_done;
    job->data = ctx;
    job->log = ctx->request->connection->log;

    switch (api_db_submit(db, job)) {

    case NGX_AGAIN:
        return NGX_AGAIN;

    case NGX_BUSY:
        return api_http_outcome_later(ctx, API_ERROR_QUEUE_FULL,
                                    "too many requests are waiting for "
                                    "the database");

    case NGX_DECLINED:
        return api_http_outcome_later(ctx, API_ERROR_DATABASE_AWAY,
                                      "the database cannot be reached at the "
                                      "moment");

    default:
        return NGX_ERROR;
    }
}


static ngx_int_t
api_http_query_values(api_db_job_t *job, ngx_uint_t step, const char **values)
{
    ngx_int_t                n;
    ngx_uint_t               i;
    api_value_t              value;
    api_http_ctx_t          *ctx;
    const api_sql_param_t   *param;
    const api_http_query_t  *query;

    ctx = job->data;

    if (api_http_learned_stale(ctx)) {
        return NGX_DECLINED;
    }

    if (step == 0) {
        api_http_query_begin(ctx);
    }

    n = api_http_plan_query(ctx->route, ctx->part, step);

    if (n == NGX_DECLINED) {
        return api_http_settings_values(ctx, values);
    }

    query = ctx->route->queries.elts;
    query += n;
    param = query->sql.params.elts;

    for (i = 0; i < query->sql.params.nelts; i++) {

        ngx_memzero(&value, sizeof(api_value_t));

        if (api_http_value(ctx, (ngx_uint_t) n, i, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        values[i] = value.null ? NULL
                    : param[i].null ? "" : (const char *) value.text.data;
    }

    return NGX_OK;
}


/* forgets what an earlier try of the part has come to: it was rolled back */

static void
api_http_query_begin(api_http_ctx_t *ctx)
{
    const api_http_part_t  *part;

    part = &ctx->route->parts[ctx->part];

    ngx_memzero(&ctx->error, sizeof(api_error_t));
    ctx->none = 0;
    ctx->written = 0;
    ctx->undone = 0;

    if (ctx->route->answer - part->first < part->n) {
        ngx_memzero(&ctx->out, sizeof(api_buf_t));
    }
}


static ngx_int_t
api_http_query_result(api_db_job_t *job, ngx_uint_t step,
    const struct pg_result *res, const api_sql_shape_t *shape)
{
    ngx_int_t                rc;
    api_sql_rows_e           why;
    api_http_ctx_t          *ctx;
    const api_http_query_t  *query;

    ctx = job->data;

    /* a statement of settings has no result here: db/finish drops it */

    step = (ngx_uint_t) api_http_plan_query(ctx->route, ctx->part, step);
    query = ctx->route->queries.elts;

    why = api_sql_rows_check(res, query[step].result);

    if (why == API_SQL_ROWS_NONE) {

        if (query[step].guarded && ctx->conditional) {
            api_error_set(&ctx->error, API_ERROR_PRECONDITION,
                          API_HTTP_CTX_CONDITION);
            return NGX_DECLINED;
        }

        if (query[step].none != 0) {
            return api_http_query_none(ctx, &query[step]);
        }

    } else if (why != API_SQL_ROWS_OK) {
        return api_http_query_refused(ctx, step, why);
    }

    if (step == ctx->route->answer) {
        rc = api_http_query_render(ctx, step, res, shape);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = api_http_source_row_keep(ctx, step, res, shape);

    if (rc == NGX_OK) {
        rc = api_http_shown_keep(ctx, step, res);
    }

    if (rc == NGX_ERROR) {
        return api_http_query_refused(ctx, step, API_SQL_ROWS_FAILED);
    }

    if (rc == NGX_OK && ctx->route->demands != NULL) {
        rc = api_http_demand_with(ctx, step);
    }

    return rc == NGX_OK && ctx->route->confirms
           ? api_http_query_confirm(ctx, step, res) : rc;
}


/* before the commit: is it more than the client wants, or is all of it to be
   undone? */

static ngx_int_t
api_http_query_confirm(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res)
{
    ctx->written += api_sql_rows_written(res);

    if (ctx->most != 0 && ctx->written >= ctx->most) {
        api_error_set(&ctx->error, API_ERROR_BAD_REQUEST, "more rows would be "
                      "written than max-affected of Prefer allows; nothing is "
                      "changed");
        return NGX_DECLINED;
    }

    if (ctx->undo && step == api_http_plan_last(ctx->route, step)) {
        ctx->undone = 1;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* the request ends here, whatever statements are behind this one */

static ngx_int_t
api_http_query_none(api_http_ctx_t *ctx, const api_http_query_t *query)
{
    if (query->none < NGX_HTTP_BAD_REQUEST) {
        ctx->none = query->none;
        ctx->undone = ctx->undo;

        return ctx->undo ? NGX_DECLINED : NGX_DONE;
    }

    api_error_set(&ctx->error, API_ERROR_NO_ROW, NULL);
    api_error_ask(&ctx->error, query->none);

    if (ctx->error.code == API_ERROR_RAISED
        || ctx->error.code == API_ERROR_STATEMENT)
    {
        /* a status without a word of its own */
        ctx->error.code = API_ERROR_NO_ROW;
    }

    ctx->error.detail = query->none_detail;

    return NGX_DECLINED;
}


static ngx_int_t
api_http_query_refused(api_http_ctx_t *ctx, ngx_uint_t step,
    api_sql_rows_e why)
{
    const api_http_query_t  *query;

    if (why == API_SQL_ROWS_FAILED && ctx->out.full) {
        api_http_outcome_too_large(ctx, step);
        return NGX_DECLINED;
    }

    query = ctx->route->queries.elts;
    query += step;

    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "%V: %s, api_query in %V:%ui", &ctx->route->name,
                  why == API_SQL_ROWS_TOO_MANY
                      ? "more than one row for a result of one"
                      : "the answer needs too much memory",
                  &query->place.file, query->place.line);

    api_error_set(&ctx->error, API_ERROR_INTERNAL, NULL);

    return NGX_DECLINED;
}


static ngx_int_t
api_http_query_render(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res, const api_sql_shape_t *shape)
{
    size_t                   size;
    ngx_uint_t               wrapped;
    api_sql_rows_e           why;
    api_http_loc_conf_t     *alcf;
    const api_http_query_t  *query;

    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);

    query = ctx->route->queries.elts;
    query += step;

    size = (shape != NULL) ? api_sql_rows_size(res, shape) : 0;

    size = ngx_min(size, alcf->max_answer);

    if (api_http_unsent_room(ctx, size) != NGX_OK) {
        return api_http_outcome_later(ctx, API_ERROR_BUSY,
                                      "too many answers are waiting to be "
                                      "read");
    }

    if (api_buf_init(&ctx->out, ctx->request->pool, size, alcf->max_answer)
        != NGX_OK)
    {
        return api_http_query_refused(ctx, step, API_SQL_ROWS_FAILED);
    }

    wrapped = ctx->route->envelope != NULL && !ctx->bare
              && query->result != API_SQL_EXEC;

    if (wrapped) {
        api_http_envelope_open(ctx->route, &ctx->out);
    }

    why = api_sql_rows_render(res, query->result, shape, &ctx->out);

    if (wrapped) {
        api_http_envelope_close(ctx->route, api_sql_cell_rows(res), &ctx->out);
    }

    api_http_unsent_keep(ctx, (size_t) (ctx->out.end - ctx->out.start));

    if (why == API_SQL_ROWS_STRANGE) {

        /* perhaps the types are those of an earlier schema */

        if (!ctx->job.typed) {
            return NGX_AGAIN;
        }

        why = API_SQL_ROWS_OK;
    }

    if (why != API_SQL_ROWS_OK || !api_buf_ok(&ctx->out)) {
        return api_http_query_refused(ctx, step, API_SQL_ROWS_FAILED);
    }

    return NGX_OK;
}


static void
api_http_query_done(api_db_job_t *job, api_db_outcome_e outcome,
    const struct pg_result *res, ngx_uint_t step)
{
    api_http_ctx_t  *ctx;

    ctx = job->data;

    /* what is logged from here on is of this one, not of another subrequest */

    ngx_http_set_log_request(ctx->request->connection->log, ctx->request);

    if (ctx->part == 0) {
        ctx->db_time = 0;
        ctx->wait_time = 0;
    }

    ctx->db_time += job->waited + job->took;
    ctx->wait_time += job->waited;
    ctx->query_done = 1;

    api_http_slow_log(ctx);

    if (outcome == API_DB_OUTDATED) {
        ctx->again = 1;
        ctx->restarts++;

    } else {
        ctx->query_rc = api_http_outcome(ctx, outcome, res, step);

        if (ctx->query_rc == NGX_AGAIN) {
            return;
        }
    }

    ctx->resume(ctx);
}
