
#include "http/blame.h"
#include "http/bounds.h"
#include "http/sent.h"
#include "http/worker.h"
#include "sql/detail.h"
#include "sql/evidence.h"
#include "sql/into.h"
#include "sql/said.h"
#include "sql/use.h"


typedef struct {
    api_http_ctx_t          *ctx;
    ngx_uint_t               step;
    const api_http_query_t  *query;
    const struct pg_result  *res;
    ngx_pool_t              *pool;      /* gone with the question */
    ngx_uint_t              *uses;      /* one a parameter */
    ngx_uint_t              *inside;    /* the same, of one column */
} blame_t;


static ngx_uint_t is_clients(blame_t *b, api_sql_fault_e fault);
static ngx_uint_t by_value(blame_t *b);
static ngx_uint_t may_be_stored(const blame_t *b, ngx_uint_t n,
    const ngx_str_t *text);
static ngx_uint_t facts_hold(const blame_t *b);
static ngx_uint_t fits_bounds(const blame_t *b, ngx_uint_t n);
static ngx_uint_t by_zero(blame_t *b);
static ngx_uint_t by_key(blame_t *b);
static ngx_int_t by_column(blame_t *b, const ngx_str_t *column);
static ngx_uint_t by_words(blame_t *b);
static ngx_uint_t by_reference(blame_t *b);
static ngx_uint_t by_null(blame_t *b);
static ngx_uint_t by_rule(blame_t *b);
static ngx_uint_t knows_rules(blame_t *b);
static ngx_uint_t writes_to(const api_http_query_t *query,
    const ngx_str_t *table);
static ngx_uint_t is_target(const blame_t *b, ngx_uint_t n,
    const ngx_str_t *column);


ngx_uint_t
api_http_blame_is_ours(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res)
{
    blame_t                  b;
    ngx_str_t                table;
    ngx_uint_t               i, last, clients;
    api_sql_fault_e          fault;
    const api_http_query_t  *query;

    fault = api_sql_state_fault(res);

    if (fault == API_SQL_FAULT_NONE) {
        return 0;
    }

    ngx_memzero(&b, sizeof(blame_t));

    b.pool = ngx_create_pool(4096, ctx->request->connection->log);
    if (b.pool == NULL) {
        return 0;
    }

    query = ctx->route->queries.elts;
    last = ctx->route->queries.nelts - 1;
    table = api_sql_said_table(res);

    b.ctx = ctx;
    b.res = res;
    clients = 0;

    /* what is deferred to the commit may be an earlier statement's */

    for (i = step; !clients; i--) {

        if (i == step || (step == last && table.len != 0
                          && writes_to(&query[i], &table)))
        {
            b.step = i;
            b.query = &query[i];
            clients = is_clients(&b, fault);
        }

        if (i == 0) {
            break;
        }
    }

    ngx_destroy_pool(b.pool);

    return !clients;
}


static ngx_uint_t
is_clients(blame_t *b, api_sql_fault_e fault)
{
    ngx_uint_t    n, nparams;
    api_value_t   value;

    nparams = b->query->sql.params.nelts;
    n = api_sql_state_param(b->res, &b->query->sql);

    if (n < nparams) {

        /* the server says which it was reading */

        return api_http_sent(b->ctx, b->step, n, &value)
               || (fault == API_SQL_FAULT_NULL
                   && api_http_sent_input(b->query, n));
    }

    /* one more: there may be none */

    b->uses = ngx_palloc(b->pool, (nparams + 1) * sizeof(ngx_uint_t));
    b->inside = ngx_palloc(b->pool, (nparams + 1) * sizeof(ngx_uint_t));

    if (b->uses == NULL || b->inside == NULL
        || api_sql_use_find(b->pool, &b->query->sql, b->uses) != NGX_OK)
    {
        return 1;
    }

    if (fault == API_SQL_FAULT_NULL) {
        return by_null(b);
    }

    if (!api_http_sent_any(b->ctx, b->step)) {
        return 0;
    }

    /* a RAISE of the user's own says what it thinks of what was sent */

    if (api_sql_said_raised(b->res)) {
        return 1;
    }

    switch (fault) {

    case API_SQL_FAULT_ZERO:
        return by_zero(b);

    case API_SQL_FAULT_KEY:
        return by_key(b);

    case API_SQL_FAULT_REFERENCE:
        return by_reference(b);

    case API_SQL_FAULT_RULE:
        return by_rule(b);

    default:
        return by_value(b);
    }
}


/* one that is computed with, or stored, and is or may be what was refused */

static ngx_uint_t
by_value(blame_t *b)
{
    ngx_uint_t    n, made, target, perhaps;
    ngx_array_t  *failures;
    api_value_t   value;

    failures = NULL;
    perhaps = 0;

    if (api_http_bounds_step(b->ctx, b->step, b->res, &failures) != NGX_OK
        || failures != NULL)
    {
        return 1;
    }

    for (n = 0; n < b->query->sql.params.nelts; n++) {

        made = (b->uses[n] & API_SQL_USE_MADE) != 0;
        target = is_target(b, n, NULL);

        if (!api_http_sent(b->ctx, b->step, n, &value) || value.null
            || (!made && !target && !may_be_stored(b, n, &value.text)))
        {
            continue;
        }

        switch (api_sql_evidence(b->res, &value.text, made)) {

        case API_SQL_EVIDENCE_FOUND:
            return 1;

        case API_SQL_EVIDENCE_OTHER:
            continue;

        default:
            perhaps |= made || !target || !fits_bounds(b, n)
                       || api_sql_evidence_size(b->res, &value.text);
        }
    }

    return perhaps;
}


/*
 * Something does not fit in a column, and where a value goes the statement's
 * text does not tell, by a WITH or a UNION: could it be this one?
 */

static ngx_uint_t
may_be_stored(const blame_t *b, ngx_uint_t n, const ngx_str_t *text)
{
    return !(b->uses[n] & API_SQL_USE_CHOOSES)
           && api_sql_evidence_size(b->res, text);
}


/* is the catalog what it was when it was asked for bounds and rules? */

static ngx_uint_t
facts_hold(const blame_t *b)
{
    api_db_t  *db;

    db = api_http_worker_db(b->ctx->route->database);

    return db != NULL && !api_db_changed(db);
}


/* what is stored as it is: is it known to fit in each of its columns, when it
   is columns that something does not fit in? */

static ngx_uint_t
fits_bounds(const blame_t *b, ngx_uint_t n)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    if (!api_sql_state_is_bounds(b->res) || !facts_hold(b)) {
        return 0;
    }

    target = b->query->targets.elts;

    for (i = 0; i < b->query->targets.nelts; i++) {
        if (target[i].param == n
            && target[i].bound.kind == API_SQL_BOUND_NONE)
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
by_zero(blame_t *b)
{
    ngx_uint_t   n;
    api_value_t  value;

    for (n = 0; n < b->query->sql.params.nelts; n++) {

        if (!api_http_sent(b->ctx, b->step, n, &value) || value.null) {
            continue;
        }

        if (b->uses[n] & API_SQL_USE_DIVIDES) {
            return 1;
        }

        if (!(b->uses[n] & API_SQL_USE_BESIDE)
            && ((b->uses[n] & API_SQL_USE_MADE) || is_target(b, n, NULL))
            && api_sql_evidence_zero(&value.text))
        {
            return 1;
        }
    }

    return 0;
}


/* is one of its columns made of what was sent? */

static ngx_uint_t
by_key(blame_t *b)
{
    ngx_int_t     rc;
    ngx_str_t     name;
    const char   *p;

    p = api_sql_detail_key(api_sql_said_detail(b->res));

    if (p == NULL) {
        return 1;
    }

    if (api_sql_said_inner(b->res)) {
        return by_words(b);
    }

    while (p != NULL) {
        p = api_sql_detail_name(p, &name);
        rc = by_column(b, &name);

        if (rc != NGX_DECLINED) {
            return rc == NGX_OK || by_words(b);
        }
    }

    return 0;
}


/*
 * NGX_OK: what was sent goes there, or is a part of what does, or chooses the
 * rows that are changed; NGX_DECLINED: it does not; NGX_AGAIN: that cannot be
 * told.
 */

static ngx_int_t
by_column(blame_t *b, const ngx_str_t *column)
{
    ngx_int_t    rc;
    ngx_uint_t   n;
    api_value_t  value;

    rc = api_sql_into(b->pool, &b->query->sql, column, b->inside);

    if (rc == NGX_BUSY) {
        return NGX_OK;
    }

    for (n = 0; n < b->query->sql.params.nelts; n++) {
        if (((rc == NGX_OK && b->inside[n]) || is_target(b, n, column))
            && api_http_sent(b->ctx, b->step, n, &value))
        {
            return NGX_OK;
        }
    }

    return rc == NGX_OK ? NGX_DECLINED : NGX_AGAIN;
}


/* the values of a key: a sequence's number that nobody has sent is ours, unless
   the statement computes with what was sent */

static ngx_uint_t
by_words(blame_t *b)
{
    ngx_uint_t          n, inner;
    api_value_t         value;
    api_sql_evidence_e  found;

    inner = api_sql_said_inner(b->res);

    for (n = 0; n < b->query->sql.params.nelts; n++) {

        if (!api_http_sent(b->ctx, b->step, n, &value) || value.null) {
            continue;
        }

        found = api_sql_evidence_key(b->res, &value.text);

        if (found != API_SQL_EVIDENCE_OTHER
            || (!inner && (b->uses[n] & API_SQL_USE_MADE)))
        {
            return 1;
        }
    }

    return 0;
}


/* what is still referred to was chosen by what was sent */

static ngx_uint_t
by_reference(blame_t *b)
{
    return api_sql_detail_side(api_sql_said_detail(b->res),
                               (char *) api_sql_said_table(b->res).data)
           != API_SQL_DETAIL_REFERRING
           || by_key(b);
}


/* what is NULL was not sent, or was sent as null */

static ngx_uint_t
by_null(blame_t *b)
{
    ngx_int_t   rc;
    ngx_str_t   column;
    ngx_uint_t  n;

    if (api_sql_said_raised(b->res) && api_http_sent_any(b->ctx, b->step)) {
        return 1;
    }

    column = api_sql_said_column(b->res);

    if (column.len == 0 || api_sql_said_inner(b->res)) {
        return api_http_sent_missing(b->ctx, b->step);
    }

    rc = api_sql_into(b->pool, &b->query->sql, &column, b->inside);

    if (rc != NGX_OK) {
        return api_http_sent_missing(b->ctx, b->step);
    }

    for (n = 0; n < b->query->sql.params.nelts; n++) {
        if (b->inside[n] && api_http_sent_input(b->query, n)) {
            return 1;
        }
    }

    return 0;
}


/* a row that was chosen by what was sent may be kept from changing by it */

static ngx_uint_t
by_rule(blame_t *b)
{
    ngx_str_t               name;
    ngx_uint_t              i, known;
    const api_http_rule_t  *rule;

    if (api_sql_said_inner(b->res)) {
        return 1;
    }

    known = 0;
    name = api_sql_said_constraint(b->res);
    rule = b->query->rules.elts;

    for (i = 0; i < b->query->rules.nelts; i++) {

        if (!api_str_equal(&rule[i].name, &name)) {
            continue;
        }

        known = 1;

        if (by_column(b, &rule[i].column) != NGX_DECLINED) {
            return 1;
        }
    }

    return !known && !(name.len != 0 && knows_rules(b));
}


/*
 * Would the constraint of a column that is made of what was sent be known?  The
 * catalog was asked for those of all targets.
 */

static ngx_uint_t
knows_rules(blame_t *b)
{
    ngx_str_t             none;
    ngx_uint_t            n;
    api_value_t           value;
    api_http_database_t  *database;

    database = b->ctx->route->database;
    ngx_str_null(&none);

    if (database->check == API_HTTP_CHECK_OFF || database->db.unchecked
        || !facts_hold(b)
        || api_sql_into(b->pool, &b->query->sql, &none, b->inside) != NGX_OK)
    {
        return 0;
    }

    for (n = 0; n < b->query->sql.params.nelts; n++) {
        if (api_http_sent(b->ctx, b->step, n, &value)
            && !is_target(b, n, NULL))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
writes_to(const api_http_query_t *query, const ngx_str_t *table)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    target = query->targets.elts;

    for (i = 0; i < query->targets.nelts; i++) {
        if (api_str_equal(&target[i].relation, table)) {
            return 1;
        }
    }

    return 0;
}


/* is a column made of the parameter, this one if not NULL? */

static ngx_uint_t
is_target(const blame_t *b, ngx_uint_t n, const ngx_str_t *column)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    target = b->query->targets.elts;

    for (i = 0; i < b->query->targets.nelts; i++) {
        if (target[i].param == n
            && (column == NULL || api_str_equal(&target[i].column, column)))
        {
            return 1;
        }
    }

    return 0;
}
