
#include "http/origin.h"
#include "http/bounds.h"
#include "http/sent.h"
#include "http/source.h"
#include "http/value.h"
#include "sql/said.h"


/* bytes of a body that is read again */
#define ORIGIN_BODY      (32 * 1024)


typedef struct {
    api_http_ctx_t          *ctx;
    ngx_uint_t               step;
    const api_http_query_t  *query;
    ngx_str_t                table;      /* that the server names, or empty */
    ngx_uint_t               inner;      /* a function or trigger was running */
    ngx_array_t             *failures;   /* those that are named */
} origin_t;


static ngx_int_t name_only(origin_t *o, const struct pg_result *res);
static ngx_int_t name_failure(origin_t *o, const api_failure_t *failure);
static ngx_int_t name_rule(origin_t *o, const api_failure_t *failure);
static ngx_int_t name_column(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure);
static ngx_int_t name_target(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure);
static ngx_int_t name_alike(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure);
static ngx_int_t name_member(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure);
static ngx_uint_t has_body(const origin_t *o);
static ngx_uint_t is_member(const origin_t *o, const ngx_str_t *column,
    ngx_uint_t null);
static api_json_t *read_body(const origin_t *o, ngx_pool_t *pool);
static ngx_uint_t is_cause(origin_t *o, ngx_uint_t n,
    const api_sql_target_t *target, const api_failure_t *failure);
static ngx_uint_t is_table(const origin_t *o, const ngx_str_t *relation);
static ngx_int_t add_param(origin_t *o, ngx_uint_t n,
    const api_failure_t *failure);
static void settle(origin_t *o, const api_failure_t *unnamed);
static ngx_uint_t in_body(const ngx_array_t *failures);


void
api_http_origin_name(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res)
{
    origin_t                 o;
    ngx_uint_t               i;
    ngx_array_t             *found;
    const api_failure_t     *failure;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;

    ngx_memzero(&o, sizeof(origin_t));

    o.ctx = ctx;
    o.step = step;
    o.query = &query[step];
    o.table = api_sql_said_table(res);
    o.inner = api_sql_said_inner(res);

    found = ctx->error.failures;
    ctx->error.failures = NULL;

    if (found == NULL) {

        if (api_http_bounds_step(ctx, step, res, &o.failures) == NGX_OK
            && (o.failures != NULL || name_only(&o, res) == NGX_OK))
        {
            settle(&o, NULL);
        }

        return;
    }

    failure = found->elts;

    /* where memory is short the answer says less */

    for (i = 0; i < found->nelts; i++) {
        if (name_failure(&o, &failure[i]) == NGX_ERROR) {
            return;
        }
    }

    settle(&o, &failure[0]);
}


/* of a request without a body: the one parameter that it has sent.  A RAISE of
   the user's own says what it is about itself. */

static ngx_int_t
name_only(origin_t *o, const struct pg_result *res)
{
    ngx_uint_t     i, n, only;
    api_value_t    value;
    api_failure_t  failure;

    ngx_memzero(&failure, sizeof(api_failure_t));

    api_sql_state_failure(res, &failure);

    if (failure.code.len == 0 || o->ctx->route->body != NULL
        || api_sql_said_raised(res))
    {
        return NGX_OK;
    }

    only = 0;
    n = 0;

    for (i = 0; i < o->query->sql.params.nelts; i++) {
        if (api_http_sent(o->ctx, o->step, i, &value)) {
            only = i;
            n++;
        }
    }

    if (n != 1) {
        return NGX_OK;
    }

    return add_param(o, only, &failure) == NGX_ERROR ? NGX_ERROR : NGX_OK;
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

    if (api_str_is(&failure->in, "constraint")) {
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


/* the columns of a CHECK constraint */

static ngx_int_t
name_rule(origin_t *o, const api_failure_t *failure)
{
    ngx_int_t               rc, named;
    ngx_uint_t              i;
    const api_http_rule_t  *rule;

    named = NGX_DECLINED;
    rule = o->query->rules.elts;

    for (i = 0; i < o->query->rules.nelts; i++) {

        if (!api_str_equal(&rule[i].name, &failure->field)
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

    return named;
}


static ngx_int_t
name_column(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure)
{
    ngx_int_t               rc;
    ngx_uint_t              i;
    const api_http_rule_t  *rule;

    rc = name_target(o, column, failure);
    rule = o->query->rules.elts;

    /* a generated column is named by those that it is made of */

    for (i = 0; rc == NGX_DECLINED && i < o->query->rules.nelts; i++) {
        if (api_str_equal(&rule[i].name, column)) {
            rc = name_target(o, &rule[i].column, failure);
        }
    }

    if (rc == NGX_DONE) {
        rc = name_alike(o, column, failure);
    }

    return rc == NGX_DECLINED ? name_member(o, column, failure) : rc;
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

        /* whatever is missing is missing */

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


/* of a body that goes into the statement as a whole, and is not too large to
   be read again */

static ngx_int_t
name_member(origin_t *o, const ngx_str_t *column,
    const api_failure_t *failure)
{
    api_buf_t       b;
    ngx_pool_t     *pool;
    api_failure_t   named;

    if (!has_body(o) || o->ctx->body.len > ORIGIN_BODY) {
        return NGX_DECLINED;
    }

    pool = o->ctx->request->pool;

    if (!is_member(o, column, api_str_is(&failure->code, "required"))) {
        return NGX_DECLINED;
    }

    named = *failure;
    ngx_str_set(&named.in, "body");

    if (api_buf_init(&b, pool, 64, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_error_add_key(&b, column);

    if (api_buf_string(&b, &named.field) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_error_fail_once(pool, &o->failures, API_ERROR_FAILURES, &named);
}


/* null: is it absent or null, and known to the schema? */

static ngx_uint_t
is_member(const origin_t *o, const ngx_str_t *column, ngx_uint_t null)
{
    ngx_uint_t                found;
    ngx_pool_t               *temporary;
    api_json_t               *document;
    const api_json_t         *member;
    const api_schema_node_t  *root;

    /* a tree may be fifty times as large as its text */

    temporary = ngx_create_pool(4096, o->ctx->request->connection->log);
    if (temporary == NULL) {
        return 0;
    }

    found = 0;
    document = read_body(o, temporary);

    if (document != NULL && document->type == API_JSON_OBJECT) {

        root = api_schema_root(o->ctx->route->body->schema);
        member = api_json_member(document, column);

        found = (member == NULL || member->type == API_JSON_NULL) == null
                && (member != NULL || api_schema_member(root, column) != NULL);
    }

    ngx_destroy_pool(temporary);

    return found;
}


static ngx_uint_t
has_body(const origin_t *o)
{
    ngx_uint_t  i;

    for (i = 0; i < o->query->sql.params.nelts; i++) {
        if (o->query->binds[i].source->whole) {
            return 1;
        }
    }

    return 0;
}


static api_json_t *
read_body(const origin_t *o, ngx_pool_t *pool)
{
    api_json_t         *document;
    api_error_t         error;

    ngx_memzero(&error, sizeof(api_error_t));

    return api_json_read(pool, &o->ctx->body, NULL, &document, &error)
           == NGX_OK ? document : NULL;
}


/* nothing is missing that is not NULL, and nothing else is wrong with NULL */

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

    /* unless api_error has said another one, a parameter's status is 400 */

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
