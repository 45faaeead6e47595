
#include "http/sent.h"
#include "http/source.h"


static ngx_uint_t is_header(const ngx_str_t *name);


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


/* an earlier row is an earlier step's, so this ends */

ngx_uint_t
api_http_sent_found(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n)
{
    api_value_t              value;
    const api_http_bind_t   *bind;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    bind = &query[step].binds[n];

    if (bind->kind == API_BIND_ROW) {
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

        if (query->binds[n].kind == API_BIND_BODY) {
            return 1;
        }

        ngx_memzero(&value, sizeof(api_value_t));

        if (api_http_source_value(ctx, step, n, &value) != NGX_OK
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
    const api_sql_param_t   *param;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    query += step;

    ngx_memzero(value, sizeof(api_value_t));

    param = query->sql.params.elts;

    if (!api_http_sent_input(query, n)
        && !(query->binds[n].kind == API_BIND_VARIABLE
             && is_header(&param[n].name)))
    {
        return 0;
    }

    if (api_http_source_value(ctx, step, n, value) != NGX_OK) {
        return 1;
    }

    if (query->binds[n].kind == API_BIND_VARIABLE) {
        return !value->null && value->text.len != 0;
    }

    return !value->absent;
}


/* a value of the request's, be it absent; not $name? */

ngx_uint_t
api_http_sent_input(const api_http_query_t *query, ngx_uint_t n)
{
    const api_http_bind_t  *bind;

    bind = &query->binds[n];

    return !bind->sent
           && (bind->kind == API_BIND_INPUT || bind->kind == API_BIND_FIELD
               || bind->kind == API_BIND_BODY);
}


/* nginx's names of what stands in a request as it is */

static ngx_uint_t
is_header(const ngx_str_t *name)
{
    ngx_uint_t  i;

    static const ngx_str_t  prefixes[] = {
        ngx_string("arg_"),
        ngx_string("http_"),
        ngx_string("cookie_"),
        ngx_null_string
    };

    for (i = 0; prefixes[i].len != 0; i++) {
        if (name->len > prefixes[i].len
            && ngx_strncmp(name->data, prefixes[i].data, prefixes[i].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
