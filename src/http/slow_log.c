
#include "http/slow_log.h"
#include "http/plan.h"
#include "http/source.h"
#include "http/value.h"


/* of all parameters, and of one value: behind them a line says whose it is */
#define PARAMS  1024
#define VALUE   64


static ngx_uint_t is_slow(const api_http_ctx_t *ctx, uint64_t took);
static void write_line(api_http_ctx_t *ctx, uint64_t took, ngx_uint_t step,
    const char *end);
static u_char *write_params(u_char *p, u_char *last, api_http_ctx_t *ctx,
    ngx_uint_t n);
static u_char *write_param(u_char *p, u_char *last, api_http_ctx_t *ctx,
    ngx_uint_t n, ngx_uint_t i);
static const char *type_name(const api_http_route_t *route,
    const api_http_bind_t *bind);
static ngx_uint_t may_be_told(const api_http_route_t *route,
    const api_http_bind_t *bind);
static u_char *write_value(u_char *p, u_char *last, const ngx_str_t *text);


void
api_http_slow_log(api_http_ctx_t *ctx)
{
    uint64_t             took;
    const api_db_job_t  *job;

    job = &ctx->job;
    took = job->waited + job->took;

    if (is_slow(ctx, took)) {
        write_line(ctx, took, job->slowest,
                   job->sent ? NULL : ", and was not sent");
    }
}


void
api_http_slow_log_forgotten(api_http_ctx_t *ctx, ngx_uint_t deadline)
{
    uint64_t             took;
    const api_db_job_t  *job;

    job = &ctx->job;
    took = api_db_age(job);

    if (took != 0 && is_slow(ctx, took)) {
        write_line(ctx, took, ngx_min(job->awaited, job->plan->nsteps - 1),
                   !deadline ? ", and nobody waits for it any more"
                   : job->sent ? ", and was given up for api_timeout"
                   : ", and was given up for api_timeout before it was sent");
    }
}


static ngx_uint_t
is_slow(const api_http_ctx_t *ctx, uint64_t took)
{
    const api_http_loc_conf_t  *alcf;

    alcf = ctx->route->loc_conf[ngx_http_api_module.ctx_index];

    return alcf->slow != 0 && took >= (uint64_t) alcf->slow * 1000;
}


/* end: how it ended, if not well; step: which statement is told of */

static void
write_line(api_http_ctx_t *ctx, uint64_t took, ngx_uint_t step,
    const char *end)
{
    u_char                   text[NGX_MAX_ERROR_STR / 2], *p, *last;
    ngx_int_t                n;
    const api_db_job_t      *job;
    const api_http_query_t  *query;

    job = &ctx->job;
    last = text + sizeof(text);

    p = ngx_slprintf(text, last, "slow: %V: %uL.%03uL s", &ctx->route->name,
                     took / 1000000, took / 1000 % 1000);

    if (job->waited >= 1000) {
        p = ngx_slprintf(p, last, ", of which it waited %uL.%03uL s",
                         job->waited / 1000000, job->waited / 1000 % 1000);
    }

    p = ngx_slprintf(p, last, "%s", end != NULL ? end : "");

    n = api_http_plan_query(ctx->route, ctx->part, step);

    if (n == NGX_DECLINED) {
        p = ngx_slprintf(p, last, "; api_settings");

    } else {
        query = ctx->route->queries.elts;
        query += n;

        p = ngx_slprintf(p, last, "; statement in %V:%ui", &query->place.file,
                         query->place.line);
    }

    if (end == NULL) {
        p = ngx_slprintf(p, last, ": %uL.%03uL s, rows: %ui",
                         job->longest / 1000000, job->longest / 1000 % 1000,
                         job->rows);
    }

    if (job->replayed || job->again || job->single) {
        p = ngx_slprintf(p, last, ", sent again");
    }

    if (job->server != NULL) {
        p = ngx_slprintf(p, last, ", host: %V", job->server);
    }

    if (n != NGX_DECLINED) {
        p = write_params(p, last, ctx, (ngx_uint_t) n);
    }

    ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0, "%*s",
                  (size_t) (p - text), text);
}


/* of the n-th query */

static u_char *
write_params(u_char *p, u_char *last, api_http_ctx_t *ctx, ngx_uint_t n)
{
    ngx_uint_t               i;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    query += n;

    last = (last - p > PARAMS) ? p + PARAMS : last;

    for (i = 0; i < query->sql.params.nelts; i++) {
        p = ngx_slprintf(p, last, "%s", i == 0 ? ", parameters: " : ", ");
        p = write_param(p, last, ctx, n, i);
    }

    return p;
}


/* what a value is and how long, and with "values" what it says: never of a
   password, nor what may hold one */

static u_char *
write_param(u_char *p, u_char *last, api_http_ctx_t *ctx, ngx_uint_t n,
    ngx_uint_t i)
{
    api_value_t                 value;
    const api_sql_param_t      *param;
    const api_http_bind_t      *bind;
    const api_http_query_t     *query;
    const api_http_loc_conf_t  *alcf;

    alcf = ctx->route->loc_conf[ngx_http_api_module.ctx_index];
    query = ctx->route->queries.elts;
    param = query[n].sql.params.elts;
    bind = api_http_source_bind(ctx->route, n, i);

    ngx_memzero(&value, sizeof(api_value_t));

    if (api_http_value_raw(ctx, n, i, &value) != NGX_OK) {
        return p;
    }

    p = ngx_slprintf(p, last, "$%V: %s", &param[i].name,
                     type_name(ctx->route, bind));

    if (value.null) {
        return ngx_slprintf(p, last, "(null)");
    }

    p = ngx_slprintf(p, last, "(%uz)", value.text.len);

    return alcf->slow_values && may_be_told(ctx->route, bind)
           ? write_value(p, last, &value.text) : p;
}


static const char *
type_name(const api_http_route_t *route, const api_http_bind_t *bind)
{
    api_type_t  type;

    if (bind->sent) {
        return "bool";
    }

    api_http_source_type(route, bind, &type);

    if (type.kind == API_TYPE_NONE && bind->rule != NULL) {
        type = bind->rule->type;
    }

    return type.kind == API_TYPE_NONE ? "untyped" : api_type_name(&type);
}


/* of a path, a query, a plain field: headers and cookies are credentials, and
   what a chapter makes is a hash, a token */

static ngx_uint_t
may_be_told(const api_http_route_t *route, const api_http_bind_t *bind)
{
    const api_http_input_t  *input;
    const api_body_field_t  *field;

    if (bind->source == &api_http_source_input) {
        input = route->inputs.elts;
        input += bind->index;

        return input->in == API_IN_PATH || input->in == API_IN_QUERY;
    }

    if (bind->source == &api_http_source_field) {
        field = route->body->fields.elts;
        field += bind->index;

        return !field->limited && field->type.kind != API_TYPE_JSON;
    }

    return 0;
}


/* on one line, and of a terminal's characters none */

static u_char *
write_value(u_char *p, u_char *last, const ngx_str_t *text)
{
    u_char  ch;
    size_t  i;

    p = ngx_slprintf(p, last, " \"");

    for (i = 0; i < text->len && i < VALUE; i++) {
        ch = text->data[i];

        p = (ch < 0x20 || ch >= 0x7f || ch == '"' || ch == '\\')
            ? ngx_slprintf(p, last, "\\x%02Xd", (int) ch)
            : ngx_slprintf(p, last, "%c", ch);
    }

    return ngx_slprintf(p, last, i < text->len ? "\"..." : "\"");
}
