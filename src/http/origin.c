
#include "http/origin.h"
#include "http/attribute.h"
#include "http/bounds.h"
#include "http/columns.h"
#include "http/member.h"
#include "http/sent.h"
#include "http/source.h"
#include "http/value.h"
#include "sql/into.h"
#include "sql/said.h"


typedef struct {
    api_http_ctx_t          *ctx;
    ngx_uint_t               step;
    const api_http_query_t  *query;
    const struct pg_result  *res;        /* NULL: there is none any more */
    ngx_str_t                table;      /* that the server names, or empty */
    ngx_uint_t               inner;      /* a function or trigger was running */
    ngx_array_t             *failures;   /* those that are named */
} origin_t;


static void begin(origin_t *o, api_http_ctx_t *ctx, ngx_uint_t step);
static void name_value(origin_t *o, const api_failure_t *failure,
    const ngx_uint_t *named);
static ngx_int_t name_only(origin_t *o, const api_failure_t *failure);
static ngx_uint_t is_sent(const origin_t *o, ngx_uint_t n);
static ngx_int_t name_failure(origin_t *o, const api_failure_t *failure);
static ngx_int_t name_rule(origin_t *o, const api_failure_t *failure);
static ngx_uint_t is_meant(const origin_t *o, const api_http_constraint_t *rule,
    const api_failure_t *failure);
static ngx_int_t name_column(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure);
static ngx_int_t name_target(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure);
static ngx_int_t name_parts(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure);
static ngx_int_t name_alike(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure);
static ngx_uint_t is_cause(origin_t *o, ngx_uint_t n,
    const api_sql_target_t *target, const api_failure_t *failure);
static ngx_uint_t is_table(const origin_t *o, const ngx_str_t *relation);
static ngx_int_t add_param(origin_t *o, ngx_uint_t n,
    const api_failure_t *failure);
static void settle(origin_t *o, const api_failure_t *unnamed);
static ngx_uint_t in_body(const ngx_array_t *failures);


void
api_http_origin_name(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res, const ngx_uint_t *named)
{
    origin_t              o;
    ngx_uint_t            i;
    ngx_array_t          *found;
    api_failure_t         value;
    const api_failure_t  *failure;

    begin(&o, ctx, step);

    o.res = res;
    o.table = api_sql_said_table(res);
    o.inner = api_sql_said_inner(res);

    found = ctx->error.failures;
    ctx->error.failures = NULL;

    if (found == NULL) {

        if (api_http_bounds_step(ctx, step, res, &o.failures) != NGX_OK) {
            return;
        }

        if (o.failures != NULL) {
            settle(&o, NULL);
            return;
        }

        /* a RAISE of the user's own says what it is about itself */

        if (!api_sql_said_raised(res)) {
            ngx_memzero(&value, sizeof(api_failure_t));
            api_sql_state_failure(res, &value);
            name_value(&o, &value, named);
        }

        return;
    }

    failure = found->elts;

    /* without memory the answer names fewer fields */

    for (i = 0; i < found->nelts; i++) {
        if (name_failure(&o, &failure[i]) == NGX_ERROR) {
            return;
        }
    }

    settle(&o, &failure[0]);
}


void
api_http_origin_value(api_http_ctx_t *ctx, ngx_uint_t step,
    const api_failure_t *failure, const ngx_uint_t *named)
{
    origin_t  o;

    begin(&o, ctx, step);
    name_value(&o, failure, named);
}


static void
name_value(origin_t *o, const api_failure_t *failure, const ngx_uint_t *named)
{
    ngx_int_t   rc;
    ngx_uint_t  n;

    if (failure->code.len == 0) {
        return;
    }

    rc = (named == NULL) ? name_only(o, failure) : NGX_OK;

    for (n = 0; named != NULL && n < o->query->sql.params.nelts; n++) {
        if (named[n] && is_sent(o, n)
            && add_param(o, n, failure) == NGX_ERROR)
        {
            rc = NGX_ERROR;
        }
    }

    if (rc == NGX_OK) {
        settle(o, NULL);
    }
}


static void
begin(origin_t *o, api_http_ctx_t *ctx, ngx_uint_t step)
{
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;

    ngx_memzero(o, sizeof(origin_t));

    o->ctx = ctx;
    o->step = step;
    o->query = &query[step];
}


/* of a request without a body: the one parameter that it has sent */

static ngx_int_t
name_only(origin_t *o, const api_failure_t *failure)
{
    ngx_uint_t  i, n, only;

    if (o->ctx->route->body != NULL) {
        return NGX_OK;
    }

    only = 0;
    n = 0;

    for (i = 0; i < o->query->sql.params.nelts; i++) {
        if (is_sent(o, i)) {
            only = i;
            n++;
        }
    }

    if (n != 1) {
        return NGX_OK;
    }

    return add_param(o, only, failure) == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_uint_t
is_sent(const origin_t *o, ngx_uint_t n)
{
    api_value_t  value;

    return api_http_sent(o->ctx, o->step, n, &value);
}


/* NGX_OK: it is named; NGX_DECLINED: it cannot be; NGX_ERROR: memory */

static ngx_int_t
name_failure(origin_t *o, const api_failure_t *failure)
{
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    if (api_str_is(&failure->in, "column")) {
        return name_column(o, &failure->field, failure);
    }

    if (api_str_is(&failure->in, "constraint")
        || api_str_is(&failure->in, "view"))
    {
        return name_rule(o, failure);
    }

    param = o->query->sql.params.elts;

    for (i = 0; i < o->query->sql.params.nelts; i++) {
        if (api_str_equal(&param[i].name, &failure->field)) {
            return add_param(o, i, failure);
        }
    }

    return NGX_DECLINED;
}


/* the columns of a CHECK constraint, of a view's condition */

static ngx_int_t
name_rule(origin_t *o, const api_failure_t *failure)
{
    ngx_int_t                     rc, named;
    ngx_uint_t                    i;
    const api_http_constraint_t  *rule;

    named = NGX_DECLINED;
    rule = o->query->rules.elts;

    for (i = 0; i < o->query->rules.nelts; i++) {

        if (!is_meant(o, &rule[i], failure)
            || !is_table(o, &rule[i].relation))
        {
            continue;
        }

        rc = name_column(o, &rule[i].column, failure);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        named = (rc == NGX_OK) ? NGX_OK : named;
    }

    /* of a domain no table is named */

    i = (named == NGX_DECLINED && o->table.len == 0 && !o->inner
         && failure->field.len != 0)
        ? api_http_sent_read(o->ctx, o->step) : o->query->sql.params.nelts;

    return i < o->query->sql.params.nelts ? add_param(o, i, failure) : named;
}


static ngx_uint_t
is_meant(const origin_t *o, const api_http_constraint_t *rule,
    const api_failure_t *failure)
{
    if (failure->field.len == 0) {
        return o->res != NULL && api_sql_said_view(o->res, &rule->name);
    }

    return api_str_equal(&rule->name, &failure->field);
}


static ngx_int_t
name_column(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure)
{
    ngx_int_t                     rc, parts;
    ngx_uint_t                    i;
    const api_http_constraint_t  *rule;

    column = api_http_columns_above(o->query, &o->table, column);

    rc = name_target(o, column, failure);
    rule = o->query->rules.elts;

    /* a generated column is named by those that it is made of */

    for (i = 0; rc == NGX_DECLINED && i < o->query->rules.nelts; i++) {
        if (api_str_equal(&rule[i].name, column)) {
            rc = name_target(o, &rule[i].column, failure);
        }
    }

    if (rc == NGX_DECLINED || rc == NGX_DONE) {
        parts = name_parts(o, column, failure);
        rc = (parts != NGX_DECLINED) ? parts : rc;
    }

    if (rc == NGX_DONE) {
        rc = name_alike(o, column, failure);
    }

    return rc == NGX_DECLINED
           ? api_http_member_fail(o->ctx, o->query, column, failure,
                                  &o->failures)
           : rc;
}


/*
 * By what the statement writes to the column.  NGX_DONE: it writes nothing to
 * the table, so a function does.  Of several rows it is not told which.
 */

static ngx_int_t
name_target(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure)
{
    ngx_int_t                rc, named;
    ngx_uint_t               i, n, several;
    const api_sql_target_t  *target;

    target = o->query->targets.elts;
    n = o->query->sql.params.nelts;
    several = 0;
    named = NGX_DONE;

    for (i = 0; i < o->query->targets.nelts; i++) {

        if (!is_table(o, &target[i].relation)) {
            continue;
        }

        named = (named == NGX_DONE) ? NGX_DECLINED : named;

        if (!api_str_equal(&target[i].column, column)
            || !is_cause(o, target[i].param, &target[i], failure))
        {
            continue;
        }

        several |= (n != o->query->sql.params.nelts && n != target[i].param);
        n = target[i].param;

        /* of a missing value every parameter that lacks one is named */

        if (api_str_is(&failure->code, "required")) {
            rc = add_param(o, n, failure);
            named = (rc == NGX_DECLINED) ? named : rc;
        }

        if (named == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    if (several || n == o->query->sql.params.nelts || named == NGX_OK) {
        return named;
    }

    return add_param(o, n, failure);
}


/*
 * Of a key, that is in conflict as a whole: all that its column is made of, as
 * tstzrange($from, $to); and what of these is missing, as $first || $last.
 * What is made of one is a target, of a row or several.
 */

static ngx_int_t
name_parts(origin_t *o, const ngx_str_t *column, const api_failure_t *failure)
{
    ngx_int_t                rc, named, added;
    ngx_uint_t               n, nparams, *inside;
    ngx_pool_t              *pool;
    const api_sql_target_t  *target;

    if (!api_str_is(&failure->code, "exclusion")
        && !api_str_is(&failure->code, "unique")
        && !api_str_is(&failure->code, "required"))
    {
        return NGX_DECLINED;
    }

    pool = o->ctx->request->pool;
    nparams = o->query->sql.params.nelts;

    inside = ngx_palloc(pool, (nparams + 1) * sizeof(ngx_uint_t));
    if (inside == NULL) {
        return NGX_ERROR;
    }

    rc = api_sql_into(pool, &o->query->sql, &o->table, column, inside);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    named = NGX_DECLINED;
    target = o->query->targets.elts;

    for (n = 0; n < o->query->targets.nelts; n++) {
        if (api_str_equal(&target[n].column, column)) {
            return NGX_DECLINED;
        }
    }

    /* the missing value may be one that no client sends */

    for (n = 0; n < nparams; n++) {
        if ((inside[n] & API_SQL_INTO_MADE)
            && api_str_is(&failure->code, "required")
            && !api_http_source_is_checked(&o->query->binds[n]))
        {
            return NGX_DECLINED;
        }
    }

    for (n = 0; n < nparams; n++) {

        if (rc != NGX_OK || !(inside[n] & API_SQL_INTO_MADE)
            || !is_cause(o, n, NULL, failure))
        {
            continue;
        }

        added = add_param(o, n, failure);

        if (added == NGX_ERROR) {
            return NGX_ERROR;
        }

        named = (added == NGX_OK) ? NGX_OK : named;
    }

    return named;
}


/* SELECT create_user($email, $name): a parameter called as the column is */

static ngx_int_t
name_alike(origin_t *o, const ngx_str_t *column, const api_failure_t *failure)
{
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    param = o->query->sql.params.elts;

    for (i = 0; i < o->query->sql.params.nelts; i++) {
        if (api_str_equal(&param[i].name, column)
            && is_cause(o, i, NULL, failure))
        {
            return add_param(o, i, failure);
        }
    }

    return NGX_DECLINED;
}


/* a "required" failure needs a value that is NULL, and every other failure one
   that is not */

static ngx_uint_t
is_cause(origin_t *o, ngx_uint_t n, const api_sql_target_t *target,
    const api_failure_t *failure)
{
    api_value_t  value;

    if (!api_http_source_is_checked(&o->query->binds[n])) {
        return 0;
    }

    ngx_memzero(&value, sizeof(api_value_t));

    if (api_http_value(o->ctx, o->step, n, &value) != NGX_OK
        || (target != NULL && target->how == API_SQL_ITEM_SENT
            && value.absent))
    {
        return 0;
    }

    return value.null == (unsigned) api_str_is(&failure->code, "required");
}


/*
 * A partition is not the table that the statement names.  What a trigger writes
 * to is another one.
 */

static ngx_uint_t
is_table(const origin_t *o, const ngx_str_t *relation)
{
    return !o->inner || api_str_equal(relation, &o->table);
}


static ngx_int_t
add_param(origin_t *o, ngx_uint_t n, const api_failure_t *failure)
{
    api_failure_t  named;

    named = *failure;

    if (api_http_source_place(o->ctx->route, o->step, n, &named) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (o->res != NULL) {
        api_http_attribute(o->ctx, o->query, o->res, &named);
    }

    return api_error_fail_once(o->ctx->request->pool, &o->failures,
                               API_ERROR_FAILURES, &named);
}


/* unnamed: what is said of the whole body when there is nothing better */

static void
settle(origin_t *o, const api_failure_t *unnamed)
{
    api_error_t    *error;
    api_failure_t   whole;

    error = &o->ctx->error;

    if (o->failures == NULL && unnamed != NULL && o->ctx->route->body != NULL)
    {
        whole = *unnamed;
        ngx_str_set(&whole.in, "body");
        ngx_str_null(&whole.field);

        if (api_error_fail(o->ctx->request->pool, &o->failures,
                           API_ERROR_FAILURES, &whole)
            != NGX_OK)
        {
            return;
        }
    }

    error->failures = o->failures;

    /* a failure in a parameter is a 400, unless api_error says otherwise */

    if (error->failures != NULL && error->code == API_ERROR_INVALID
        && error->status == 0 && !in_body(error->failures))
    {
        error->code = API_ERROR_BAD_PARAMETER;
    }
}


static ngx_uint_t
in_body(const ngx_array_t *failures)
{
    ngx_uint_t            i;
    const api_failure_t  *failure;

    failure = failures->elts;

    for (i = 0; i < failures->nelts; i++) {
        if (api_str_is(&failure[i].in, "body")) {
            return 1;
        }
    }

    return 0;
}
