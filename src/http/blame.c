
#include "http/blame.h"
#include "http/blame_parts.h"
#include "http/plan.h"
#include "http/sent.h"
#include "sql/into.h"
#include "sql/said.h"
#include "sql/use.h"


static ngx_uint_t *names(const api_http_case_t *b);
static ngx_uint_t is_value(api_sql_fault_e fault);
static void tell_pieces(api_http_case_t *b, api_sql_fault_e fault,
    api_http_blame_t *blame);
static ngx_uint_t is_stored(const api_http_case_t *b);
static ngx_uint_t writes(const api_http_case_t *b);
static ngx_uint_t is_asked(api_http_case_t *b, api_sql_fault_e fault,
    ngx_uint_t i, ngx_uint_t step);
static ngx_uint_t is_clients(api_http_case_t *b, api_sql_fault_e fault);
static ngx_uint_t writes_to(api_http_case_t *b, ngx_uint_t i);


void
api_http_blame(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res, api_http_blame_t *blame)
{
    ngx_uint_t               i, n, first, found, clients;
    api_http_case_t          b;
    api_sql_fault_e          fault;
    const api_http_query_t  *query;

    ngx_memzero(blame, sizeof(api_http_blame_t));

    blame->step = step;
    fault = api_sql_state_fault(res);

    if (fault == API_SQL_FAULT_NONE) {
        return;
    }

    ngx_memzero(&b, sizeof(api_http_case_t));

    b.pool = ngx_create_pool(4096, ctx->request->connection->log);
    if (b.pool == NULL) {
        return;
    }

    b.ctx = ctx;
    b.res = res;
    b.table = api_sql_said_table(res);

    query = ctx->route->queries.elts;
    first = api_http_plan_part(ctx->route, step)->first;
    found = 0;
    clients = 0;

    for (i = first, n = 0; i <= step; i++) {
        n += is_asked(&b, fault, i, step);
    }

    b.several = (n > 1);

    for (i = step + 1; !clients && i-- > first; /* void */ ) {

        if (!is_asked(&b, fault, i, step)) {
            continue;
        }

        b.step = i;
        b.query = &query[i];
        clients = is_clients(&b, fault);

        if (clients || !found) {
            blame->step = i;
            found = 1;
        }
    }

    blame->ours = !clients;

    if (clients && is_value(fault)) {
        blame->named = names(&b);
    }

    if (is_value(fault)) {
        tell_pieces(&b, fault, blame);
    }

    ngx_destroy_pool(b.pool);
}


static ngx_uint_t
is_value(api_sql_fault_e fault)
{
    return fault == API_SQL_FAULT_VALUE || fault == API_SQL_FAULT_READING
           || fault == API_SQL_FAULT_ZERO;
}


/* the value that was refused, or the only one that may have been */

static ngx_uint_t *
names(const api_http_case_t *b)
{
    ngx_uint_t  i, n, nparams, *from, *named;

    if (b->uses == NULL) {
        return NULL;
    }

    nparams = b->query->sql.params.nelts;
    from = b->sure ? b->named : b->suspects;

    for (i = 0, n = 0; i < nparams; i++) {
        n += (from[i] != 0);
    }

    if (n == 0 || (n > 1 && (!b->sure || is_stored(b)))
        || (is_stored(b) && api_sql_said_inner(b->res)))
    {
        return NULL;
    }

    named = ngx_palloc(b->ctx->request->pool, nparams * sizeof(ngx_uint_t));

    if (named != NULL) {
        ngx_memcpy(named, from, nparams * sizeof(ngx_uint_t));
    }

    return named;
}


/*
 * Is there something in the statement that holds what was sent, and that can be
 * computed by itself?  A trigger or a function of the user's knows more.
 */

static void
tell_pieces(api_http_case_t *b, api_sql_fault_e fault,
    api_http_blame_t *blame)
{
    ngx_uint_t         n, i, asks;
    api_value_t        value;
    api_sql_piece_t   *piece;
    api_sql_pieces_t  *pieces;

    if (b->sure || b->uses == NULL || api_sql_said_raised(b->res)
        || (fault == API_SQL_FAULT_READING && b->quotes)
        || (api_sql_said_inner(b->res) && writes(b)))
    {
        return;
    }

    pieces = ngx_palloc(b->ctx->request->pool, sizeof(api_sql_pieces_t));

    if (pieces == NULL
        || api_sql_pieces_find(b->ctx->request->pool, &b->query->sql, pieces)
           != NGX_OK)
    {
        return;
    }

    piece = pieces->pieces.elts;
    asks = 0;

    for (n = 0; n < b->query->sql.params.nelts; n++) {

        if (!api_http_sent(b->ctx, b->step, n, &value) || value.null) {
            continue;
        }

        for (i = 0; i < pieces->pieces.nelts; i++) {
            asks |= piece[i].holds[n];
        }

        if (!pieces->mixed[n]
            || (fault == API_SQL_FAULT_ZERO
                && !(pieces->mixed[n] & API_SQL_PIECES_DIVISOR)))
        {
            b->uses[n] &= ~(ngx_uint_t) (API_SQL_USE_MADE|API_SQL_USE_READ
                                         |API_SQL_USE_DIVIDES
                                         |API_SQL_USE_DIVISOR);
            b->uses[n] |= API_SQL_USE_ALONE;
        }
    }

    if (!asks) {
        return;
    }

    blame->unsure = 1;
    blame->pieces = pieces;
    blame->writes = writes(b);
    blame->stores = is_stored(b);
    blame->passed = fault == API_SQL_FAULT_READING
                    || !(fault == API_SQL_FAULT_ZERO ? api_http_blame_zero(b)
                                                     : api_http_blame_value(b));
    blame->rest = blame->passed ? NULL : names(b);
}


/* does something not fit where it is stored?  Of a value computed from several
   ones nobody can say which one was too large. */

static ngx_uint_t
is_stored(const api_http_case_t *b)
{
    return api_sql_state_is_bounds(b->res)
           && (writes(b) || api_sql_said_inner(b->res));
}


static ngx_uint_t
writes(const api_http_case_t *b)
{
    ngx_array_t  tables;

    return api_sql_into_tables(b->pool, &b->query->sql, &tables) != NGX_OK
           || tables.nelts != 0;
}


/*
 * Could the i-th statement be the one that is at fault, when the server says so
 * of the step-th?  What is deferred to the commit fails with the last one: keys
 * and references, by their tables, and triggers.
 */

static ngx_uint_t
is_asked(api_http_case_t *b, api_sql_fault_e fault, ngx_uint_t i,
    ngx_uint_t step)
{
    ngx_uint_t  n;

    if (step != api_http_plan_last(b->ctx->route, step)) {
        return i == step;
    }

    if (api_sql_said_inner(b->res)) {
        return i == step || api_sql_said_raised(b->res);
    }

    if (fault != API_SQL_FAULT_KEY && fault != API_SQL_FAULT_REFERENCE) {
        return i == step;
    }

    for (n = api_http_plan_part(b->ctx->route, step)->first; n <= step; n++) {
        if (writes_to(b, n)) {
            return writes_to(b, i);
        }
    }

    return i == step;
}


static ngx_uint_t
is_clients(api_http_case_t *b, api_sql_fault_e fault)
{
    ngx_uint_t    n, nparams;
    api_value_t   value;

    nparams = b->query->sql.params.nelts;
    n = api_sql_state_param(b->res, &b->query->sql);

    b->uses = NULL;
    b->sure = 0;

    if (n < nparams) {

        /* the server says which it was reading */

        return api_http_sent(b->ctx, b->step, n, &value)
               || (fault == API_SQL_FAULT_NULL
                   && api_http_sent_input(b->query, n));
    }

    /* one more than there are, since there may be none */

    b->uses = ngx_palloc(b->pool, (nparams + 1) * sizeof(ngx_uint_t));
    b->inside = ngx_palloc(b->pool, (nparams + 1) * sizeof(ngx_uint_t));
    b->named = ngx_pcalloc(b->pool, (nparams + 1) * sizeof(ngx_uint_t));
    b->suspects = ngx_pcalloc(b->pool, (nparams + 1) * sizeof(ngx_uint_t));

    if (b->uses == NULL || b->inside == NULL || b->named == NULL
        || b->suspects == NULL
        || api_sql_use_find(b->pool, &b->query->sql, b->uses) != NGX_OK)
    {
        b->uses = NULL;
        return 1;
    }

    if (fault == API_SQL_FAULT_NULL) {
        return api_http_blame_null(b);
    }

    /* a stored value was not sent; but the row that it stands in was chosen by
       what was sent */

    if (!api_http_sent_any(b->ctx, b->step, !is_value(fault))) {
        return 0;
    }

    /* a RAISE of the user's own says what it thinks of what was sent */

    if (api_sql_said_raised(b->res)) {
        return 1;
    }

    switch (fault) {

    case API_SQL_FAULT_ZERO:
        return api_http_blame_zero(b);

    case API_SQL_FAULT_READING:

        /* usually the statement is at fault: a value is blamed only where that
           is certain */

        return api_http_blame_value(b) && b->sure;

    case API_SQL_FAULT_KEY:
        return api_http_blame_key(b);

    case API_SQL_FAULT_REFERENCE:
        return api_http_blame_reference(b);

    case API_SQL_FAULT_RULE:
        return api_http_blame_rule(b);

    default:
        return api_http_blame_value(b);
    }
}


/* to a table that the server names? */

static ngx_uint_t
writes_to(api_http_case_t *b, ngx_uint_t i)
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
