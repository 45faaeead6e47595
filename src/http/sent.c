
#include "http/sent.h"
#include "http/source.h"
#include "http/value.h"
#include "sql/use.h"


static ngx_uint_t only(api_http_ctx_t *ctx, ngx_uint_t step,
    const ngx_uint_t *uses, ngx_uint_t use);
static ngx_uint_t is_echo(const api_http_query_t *query, ngx_uint_t n);


ngx_uint_t
api_http_sent_any(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t found)
{
    ngx_uint_t               n;
    api_value_t              value;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    query += step;

    for (n = 0; n < query->sql.params.nelts; n++) {
        if (api_http_sent(ctx, step, n, &value)
            || (found && api_http_sent_found(ctx, step, n)))
        {
            return 1;
        }
    }

    return 0;
}


/* an earlier row belongs to an earlier step, so that this recursion ends */

ngx_uint_t
api_http_sent_found(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n)
{
    api_value_t             value;
    const api_http_bind_t  *bind;

    bind = api_http_source_bind(ctx->route, step, n);

    if (bind->source->earlier) {
        return api_http_sent_any(ctx, bind->index, 1);
    }

    return api_http_sent(ctx, step, n, &value);
}


/* is a value of the request NULL, or may be one in its body? */

ngx_uint_t
api_http_sent_missing(api_http_ctx_t *ctx, ngx_uint_t step)
{
    ngx_uint_t               n;
    api_value_t              value;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    query += step;

    for (n = 0; n < query->sql.params.nelts; n++) {

        if (!api_http_sent_input(query, n)) {
            continue;
        }

        if (query->binds[n].source->whole) {
            return 1;
        }

        ngx_memzero(&value, sizeof(api_value_t));

        if (api_http_value(ctx, step, n, &value) != NGX_OK
            || value.null)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Has this client sent the parameter's value?  A default is the route's, what
 * is hashed is a hash, and an empty variable is nobody's.
 */

ngx_uint_t
api_http_sent(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *value)
{
    ngx_uint_t               echo;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    query += step;

    ngx_memzero(value, sizeof(api_value_t));

    echo = is_echo(query, n);

    if (!echo && !api_http_sent_input(query, n)) {
        return 0;
    }

    if (api_http_value(ctx, step, n, value) != NGX_OK) {
        return 1;
    }

    return echo ? !value->null && value->text.len != 0 : !value->absent;
}


/* a value of the request's, be it absent; not $name? */

ngx_uint_t
api_http_sent_input(const api_http_query_t *query, ngx_uint_t n)
{
    const api_http_bind_t  *bind;

    bind = &query->binds[n];

    return !bind->sent && bind->source->place != NULL;
}


/* no part of the request that has a place, and yet its own text? */

static ngx_uint_t
is_echo(const api_http_query_t *query, ngx_uint_t n)
{
    const api_sql_param_t    *param;
    const api_http_source_t  *source;

    param = query->sql.params.elts;
    source = query->binds[n].source;

    return source->echoes != NULL && source->echoes(&param[n]);
}


ngx_uint_t
api_http_sent_read(api_http_ctx_t *ctx, ngx_uint_t step)
{
    ngx_uint_t               n, nparams, *uses;
    ngx_pool_t              *pool;
    const api_http_query_t  *query;

    pool = ctx->request->pool;
    query = ctx->route->queries.elts;
    query += step;

    nparams = query->sql.params.nelts;
    uses = ngx_palloc(pool, (nparams + 1) * sizeof(ngx_uint_t));

    if (uses == NULL || api_sql_use_find(pool, &query->sql, uses) != NGX_OK) {
        return nparams;
    }

    n = only(ctx, step, uses, API_SQL_USE_READ);

    return n < nparams ? n : only(ctx, step, uses, API_SQL_USE_MADE);
}


static ngx_uint_t
only(api_http_ctx_t *ctx, ngx_uint_t step, const ngx_uint_t *uses,
    ngx_uint_t use)
{
    ngx_uint_t               n, found, nparams;
    api_value_t              value;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    nparams = query[step].sql.params.nelts;
    found = nparams;

    for (n = 0; n < nparams; n++) {

        if (!(uses[n] & use) || !api_http_sent(ctx, step, n, &value)) {
            continue;
        }

        if (found != nparams) {
            return nparams;
        }

        found = n;
    }

    return found;
}
