
#include "http/blame.h"
#include "http/blame_parts.h"
#include "http/bounds.h"
#include "http/databases.h"
#include "http/sent.h"
#include "sql/cell.h"
#include "sql/evidence.h"
#include "sql/into.h"
#include "sql/said.h"
#include "sql/use.h"


static ngx_uint_t is_asked(api_http_blame_t *b, api_sql_fault_e fault,
    ngx_uint_t i, ngx_uint_t step);
static ngx_uint_t is_clients(api_http_blame_t *b, api_sql_fault_e fault);
static ngx_uint_t by_value(api_http_blame_t *b);
static ngx_uint_t may_be_read(const api_http_blame_t *b, ngx_uint_t n);
static ngx_uint_t may_be_stored(const api_http_blame_t *b, ngx_uint_t n,
    const ngx_str_t *text);
static ngx_uint_t facts_hold(const api_http_blame_t *b);
static ngx_uint_t fits_bounds(const api_http_blame_t *b, ngx_uint_t n);
static ngx_uint_t by_zero(api_http_blame_t *b);
static ngx_uint_t writes_to(api_http_blame_t *b, ngx_uint_t i);


ngx_uint_t
api_http_blame_is_ours(api_http_ctx_t *ctx, ngx_uint_t *step,
    const struct pg_result *res)
{
    ngx_uint_t               i, failed, found, clients;
    api_http_blame_t         b;
    api_sql_fault_e          fault;
    const api_http_query_t  *query;

    fault = api_sql_state_fault(res);

    if (fault == API_SQL_FAULT_NONE) {
        return 0;
    }

    ngx_memzero(&b, sizeof(api_http_blame_t));

    b.pool = ngx_create_pool(4096, ctx->request->connection->log);
    if (b.pool == NULL) {
        return 0;
    }

    b.ctx = ctx;
    b.res = res;
    b.table = api_sql_said_table(res);

    query = ctx->route->queries.elts;
    failed = *step;
    found = 0;
    clients = 0;

    for (i = failed + 1; !clients && i-- > 0; /* void */ ) {

        if (!is_asked(&b, fault, i, failed)) {
            continue;
        }

        b.step = i;
        b.query = &query[i];
        clients = is_clients(&b, fault);

        if (clients || !found) {
            *step = i;
            found = 1;
        }
    }

    ngx_destroy_pool(b.pool);

    return !clients;
}


/*
 * Could the i-th statement be the one that is at fault, when the server says so
 * of the step-th?  What is deferred to the commit fails with the last one: keys
 * and references, by their tables, and triggers.
 */

static ngx_uint_t
is_asked(api_http_blame_t *b, api_sql_fault_e fault, ngx_uint_t i,
    ngx_uint_t step)
{
    ngx_uint_t  n;

    if (step != b->ctx->route->queries.nelts - 1) {
        return i == step;
    }

    if (api_sql_said_inner(b->res)) {
        return i == step || api_sql_said_raised(b->res);
    }

    if (fault != API_SQL_FAULT_KEY && fault != API_SQL_FAULT_REFERENCE) {
        return i == step;
    }

    for (n = 0; n <= step; n++) {
        if (writes_to(b, n)) {
            return writes_to(b, i);
        }
    }

    return i == step;
}


static ngx_uint_t
is_clients(api_http_blame_t *b, api_sql_fault_e fault)
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
        return api_http_blame_null(b);
    }

    /* a stored value was not sent, but a row that it finds was chosen */

    if (!api_http_sent_any(b->ctx, b->step,
                           fault != API_SQL_FAULT_VALUE
                           && fault != API_SQL_FAULT_ZERO))
    {
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
        return api_http_blame_key(b);

    case API_SQL_FAULT_REFERENCE:
        return api_http_blame_reference(b);

    case API_SQL_FAULT_RULE:
        return api_http_blame_rule(b);

    default:
        return by_value(b);
    }
}


/* one that is computed with, or stored, and is or may be what was refused */

static ngx_uint_t
by_value(api_http_blame_t *b)
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

        made = may_be_read(b, n);
        target = api_http_blame_is_target(b, n);

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


/* is something computed of it that may fail so?  2: by reading what is made */

static ngx_uint_t
may_be_read(const api_http_blame_t *b, ngx_uint_t n)
{
    ngx_uint_t  uses;

    uses = b->uses[n];

    if (uses & API_SQL_USE_READ) {
        return 2;
    }

    return (uses & API_SQL_USE_MADE)
           || ((uses & API_SQL_USE_LIMITS)
               && (api_sql_cell_is_state(b->res, "2201W")
                   || api_sql_cell_is_state(b->res, "2201X")))
           || ((uses & API_SQL_USE_LIKE)
               && api_sql_cell_is_state(b->res, "22025"));
}


/*
 * Something does not fit in a column, and where a value goes the statement's
 * text does not tell, by a WITH or a UNION: could it be this one?
 */

static ngx_uint_t
may_be_stored(const api_http_blame_t *b, ngx_uint_t n, const ngx_str_t *text)
{
    return !(b->uses[n] & (API_SQL_USE_CHOOSES|API_SQL_USE_LIMITS
                           |API_SQL_USE_LIKE))
           && api_sql_evidence_size(b->res, text);
}


/* is the catalog what it was when it was asked for bounds and rules? */

static ngx_uint_t
facts_hold(const api_http_blame_t *b)
{
    api_db_t  *db;

    db = api_http_databases_get(b->ctx->route->database);

    return db != NULL && !api_db_changed(db);
}


/* what is stored as it is: is it known to fit in each of its columns, when it
   is columns that something does not fit in? */

static ngx_uint_t
fits_bounds(const api_http_blame_t *b, ngx_uint_t n)
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
by_zero(api_http_blame_t *b)
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
            && ((b->uses[n] & API_SQL_USE_MADE)
                || api_http_blame_is_target(b, n))
            && api_sql_evidence_zero(&value.text))
        {
            return 1;
        }
    }

    return 0;
}


/* to a table that the server names? */

static ngx_uint_t
writes_to(api_http_blame_t *b, ngx_uint_t i)
{
    ngx_uint_t               k;
    ngx_array_t              tables;
    api_sql_into_table_t    *table;
    const api_http_query_t  *query;

    query = b->ctx->route->queries.elts;

    if (api_sql_into_tables(b->pool, &query[i].sql, &tables) != NGX_OK) {
        return 0;
    }

    table = tables.elts;

    for (k = 0; k < tables.nelts; k++) {
        if (api_str_equal(&table[k].relation, &b->table)
            || api_sql_said_names(b->res, &table[k].relation))
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_http_blame_is_target(const api_http_blame_t *b, ngx_uint_t n)
{
    ngx_uint_t               i;
    const api_sql_target_t  *target;

    target = b->query->targets.elts;

    for (i = 0; i < b->query->targets.nelts; i++) {
        if (target[i].param == n) {
            return 1;
        }
    }

    return 0;
}
