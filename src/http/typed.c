
#include "http/typed.h"
#include "http/bounds.h"
#include "http/databases.h"
#include "http/learned.h"
#include "http/source.h"
#include "http/value.h"
#include "sql/inferred.h"


static const api_rule_t *learned_rule(const api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, api_rule_t *rule);
static ngx_int_t check_bounds(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n, api_failure_t *failure);
static ngx_int_t check_field(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n, ngx_array_t **failures);
static void begin_again(api_http_ctx_t *ctx);
static void doubt_answered(api_db_doubt_t *doubt, ngx_uint_t changed);


void
api_http_typed_begin(api_http_ctx_t *ctx)
{
    api_db_t  *db;

    db = api_http_databases_get(ctx->route->database);

    if (db != NULL) {
        ctx->epoch = api_db_epoch(db);
        ctx->outdated = ctx->stale || api_db_changed(db);
    }
}


ngx_int_t
api_http_typed_unsure(api_http_ctx_t *ctx)
{
    ngx_int_t   rc;
    api_db_t   *db;

    rc = NGX_DECLINED;

    if (!ctx->asked) {
        ctx->asked = 1;

        ctx->doubt.epoch = ctx->epoch;
        ctx->doubt.handler = doubt_answered;
        ctx->doubt.data = ctx;

        db = api_http_databases_get(ctx->route->database);
        rc = db ? api_db_doubt(db, &ctx->doubt) : NGX_DECLINED;
    }

    if (rc == NGX_OK) {
        begin_again(ctx);
    }

    return rc;
}


void
api_http_typed_forget(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    (void) cancel;

    api_db_doubt_forget(&ctx->doubt);
}


static void
begin_again(api_http_ctx_t *ctx)
{
    ctx->stale = 1;
    ctx->again = 1;
    ctx->restarts++;
}


static void
doubt_answered(api_db_doubt_t *doubt, ngx_uint_t changed)
{
    api_http_ctx_t  *ctx;

    ctx = doubt->data;

    if (changed) {
        begin_again(ctx);
    }

    ctx->resume(ctx);
}


ngx_int_t
api_http_typed_input(api_http_ctx_t *ctx, ngx_uint_t index,
    api_failure_t *failure)
{
    ngx_int_t                rc;
    ngx_uint_t               i, n;
    const api_http_bind_t   *bind;
    const api_http_query_t  *query;

    if (!api_http_typed_facts(ctx->route)) {
        return NGX_OK;
    }

    query = ctx->route->queries.elts;

    for (i = 0; i < ctx->route->queries.nelts; i++) {
        for (n = 0; n < query[i].sql.params.nelts; n++) {

            bind = &query[i].binds[n];

            if (bind->source->checked != API_SOURCE_WITH_INPUTS
                || bind->index != index)
            {
                continue;
            }

            rc = api_http_typed_bind(ctx, i, n, failure);

            if (rc == NGX_OK && !ctx->outdated) {
                rc = check_bounds(ctx, i, n, failure);
            }

            if (rc == NGX_DECLINED) {
                ctx->unsure = 1;
            }

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


ngx_int_t
api_http_typed_step(api_http_ctx_t *ctx)
{
    ngx_array_t  *failures;

    failures = NULL;

    if (api_http_typed_fields(ctx, &failures) != NGX_OK) {
        return NGX_ERROR;
    }

    if (failures == NULL) {
        ctx->unsure = 0;
        return NGX_OK;
    }

    api_error_set(&ctx->error, API_ERROR_INVALID,
                  "the request body is not valid");
    ctx->error.failures = failures;

    return NGX_DECLINED;
}


ngx_int_t
api_http_typed_fields(api_http_ctx_t *ctx, ngx_array_t **failures)
{
    ngx_uint_t               i, n;
    const api_http_query_t  *query;

    if (!api_http_typed_facts(ctx->route)) {
        return NGX_OK;
    }

    query = ctx->route->queries.elts;

    for (i = 0; i < ctx->route->queries.nelts; i++) {
        for (n = 0; n < query[i].sql.params.nelts; n++) {
            if (query[i].binds[n].source->checked == API_SOURCE_WITH_BODY
                && check_field(ctx, i, n, failures) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* forms are those of the types that are known, other facts may be outdated */

ngx_uint_t
api_http_typed_facts(const api_http_route_t *route)
{
    return route->typed || route->database->db.unchecked;
}


ngx_int_t
api_http_typed_bind(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_failure_t *failure)
{
    ngx_int_t                rc;
    api_value_t              value;
    api_rule_t               learned;
    const api_rule_t        *rule;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    rule = ctx->outdated ? NULL : query[step].binds[n].rule;

    if (rule == NULL) {
        rule = learned_rule(ctx, step, n, &learned);
    }

    if (rule == NULL && api_http_learned_form(ctx, step, n) == NULL) {
        return NGX_OK;
    }

    ngx_memzero(&value, sizeof(api_value_t));

    if (api_http_value_raw(ctx, step, n, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = api_http_value_form(ctx, step, n, &value, failure);

    if (value.absent) {

        /* a default is the route's: what is wrong with it is no client's */

        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    if (rc != NGX_OK || value.null || rule == NULL) {
        return rc;
    }

    return api_value_check(ctx->request->pool, rule, &value.text, NULL,
                           failure);
}


/* the first failure of an input is enough */

static ngx_int_t
check_bounds(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_failure_t *failure)
{
    ngx_int_t             rc;
    ngx_array_t          *failures;
    const api_failure_t  *found;

    failures = NULL;

    rc = api_http_bounds_param(ctx, step, n, &failures);

    if (rc == NGX_DECLINED) {
        found = failures->elts;
        *failure = *found;
    }

    return rc;
}


/* a value that two statements take fails once only */

static ngx_int_t
check_field(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    ngx_array_t **failures)
{
    ngx_int_t      rc;
    api_failure_t  failure;

    ngx_memzero(&failure, sizeof(api_failure_t));

    rc = api_http_typed_bind(ctx, step, n, &failure);

    if (rc == NGX_OK) {
        rc = ctx->outdated ? NGX_OK
                           : api_http_bounds_param(ctx, step, n, failures);
        ctx->unsure |= (rc == NGX_DECLINED);
        return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    ctx->unsure |= (rc == NGX_DECLINED);

    if (rc == NGX_DECLINED
        && api_http_source_place(ctx->route, step, n, &failure) == NGX_OK)
    {
        return api_error_fail_once(ctx->request->pool, failures,
                                   API_ERROR_FAILURES, &failure);
    }

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/*
 * By the type that the worker's first connection was told, where nobody could
 * ask before; the built-in ones alone are known by their OID.
 */

static const api_rule_t *
learned_rule(const api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_rule_t *rule)
{
    api_type_t               declared;
    const unsigned          *oids;
    api_sql_inferred_t       type;
    const api_http_bind_t   *bind;

    bind = api_http_source_bind(ctx->route, step, n);

    if (!ctx->route->database->db.unchecked) {
        return NULL;
    }

    oids = api_http_learned_params(ctx, step);

    if (oids == NULL) {
        return NULL;
    }

    ngx_memzero(&type, sizeof(api_sql_inferred_t));
    type.oid = oids[n];

    api_http_source_type(ctx->route, bind, &declared);

    return api_sql_inferred_rule(&declared, &type, rule) == NGX_OK ? rule
                                                                  : NULL;
}
