
#include "http/bounds.h"
#include "http/source.h"
#include "http/value.h"
#include "sql/bind.h"


typedef struct {
    api_http_ctx_t          *ctx;
    ngx_uint_t               step;
    const struct pg_result  *res;        /* NULL: in advance */
    ngx_array_t             *failures;
    ngx_uint_t               found;
    unsigned                 meant:1;    /* the server speaks of one */
} bounds_t;


static ngx_int_t check_param(bounds_t *b, ngx_uint_t n);
static ngx_uint_t applies(const bounds_t *b, const api_sql_target_t *target,
    const api_value_t *value);
static ngx_int_t check_value(bounds_t *b, ngx_uint_t n,
    const api_sql_bound_t *bound, const api_value_t *value);
static ngx_int_t check_list(bounds_t *b, ngx_uint_t n,
    const api_sql_bound_t *bound, const ngx_str_t *text);
static ngx_int_t add(bounds_t *b, ngx_uint_t n, const api_sql_bound_t *bound,
    const api_sql_bind_items_t *items, api_failure_t *failure);
static ngx_int_t add_place(ngx_pool_t *pool,
    const api_sql_bind_items_t *items, ngx_str_t *field);


ngx_int_t
api_http_bounds_param(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    ngx_array_t **failures)
{
    ngx_int_t  rc;
    bounds_t   b;

    ngx_memzero(&b, sizeof(bounds_t));

    b.ctx = ctx;
    b.step = step;
    b.failures = *failures;

    rc = check_param(&b, n);

    *failures = b.failures;

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    return b.found ? NGX_DECLINED : NGX_OK;
}


ngx_int_t
api_http_bounds_step(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res, ngx_array_t **failures)
{
    bounds_t                 b;
    ngx_uint_t               n;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;

    ngx_memzero(&b, sizeof(bounds_t));

    b.ctx = ctx;
    b.step = step;
    b.res = res;

    for (n = 0; n < query[step].sql.params.nelts; n++) {
        if (check_param(&b, n) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (b.meant) {
        *failures = b.failures;
    }

    return NGX_OK;
}


static ngx_int_t
check_param(bounds_t *b, ngx_uint_t n)
{
    ngx_uint_t               i;
    api_value_t              value;
    const api_http_bind_t   *bind;
    const api_http_query_t  *query;
    const api_sql_target_t  *target;

    query = b->ctx->route->queries.elts;
    query += b->step;
    bind = &query->binds[n];

    if (!api_http_source_is_checked(bind)) {
        return NGX_OK;
    }

    ngx_memzero(&value, sizeof(api_value_t));

    if (api_http_value(b->ctx, b->step, n, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    /* a default is the route's */

    if (value.null || value.absent) {
        return NGX_OK;
    }

    if (bind->bound != NULL
        && check_value(b, n, bind->bound, &value) != NGX_OK)
    {
        return NGX_ERROR;
    }

    target = query->targets.elts;

    for (i = 0; i < query->targets.nelts; i++) {
        if (target[i].param == n && applies(b, &target[i], &value)
            && check_value(b, n, &target[i].bound, &value) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
applies(const bounds_t *b, const api_sql_target_t *target,
    const api_value_t *value)
{
    if (target->bound.kind == API_SQL_BOUND_NONE
        || target->how == API_SQL_ITEM_CUT
        || (target->how == API_SQL_ITEM_SENT && value->absent))
    {
        return 0;
    }

    return b->res != NULL || target->sure;
}


static ngx_int_t
check_value(bounds_t *b, ngx_uint_t n, const api_sql_bound_t *bound,
    const api_value_t *value)
{
    ngx_int_t      rc;
    api_failure_t  failure;

    if (bound->array) {
        return check_list(b, n, bound, &value->text);
    }

    ngx_memzero(&failure, sizeof(api_failure_t));

    rc = api_sql_bound_check(b->ctx->request->pool, bound, &value->text,
                             &failure);

    return rc == NGX_DECLINED ? add(b, n, bound, NULL, &failure) : rc;
}


static ngx_int_t
check_list(bounds_t *b, ngx_uint_t n, const api_sql_bound_t *bound,
    const ngx_str_t *text)
{
    ngx_int_t              rc;
    ngx_str_t              item;
    api_failure_t          failure;
    api_sql_bind_items_t   items;

    if (api_sql_bind_items(b->ctx->request->pool, text, &items) != NGX_OK) {
        return NGX_ERROR;
    }

    while (b->found < API_ERROR_FAILURES && api_sql_bind_next(&items, &item)) {

        ngx_memzero(&failure, sizeof(api_failure_t));

        rc = api_sql_bound_check(b->ctx->request->pool, bound, &item,
                                 &failure);

        if (rc == NGX_DECLINED) {
            rc = add(b, n, bound, &items, &failure);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
add(bounds_t *b, ngx_uint_t n, const api_sql_bound_t *bound,
    const api_sql_bind_items_t *items, api_failure_t *failure)
{
    ngx_pool_t  *pool;

    pool = b->ctx->request->pool;

    if (api_http_source_place(b->ctx->route, b->step, n, failure) != NGX_OK) {
        return NGX_OK;
    }

    b->found++;

    if (b->res != NULL && api_sql_state_is_bound(b->res, bound)) {
        b->meant = 1;
    }

    /* the items of a list in a parameter have no place of their own */

    if (items != NULL && api_str_is(&failure->in, "body")
        && add_place(pool, items, &failure->field) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_error_fail_once(pool, &b->failures, API_ERROR_FAILURES, failure);
}


static ngx_int_t
add_place(ngx_pool_t *pool, const api_sql_bind_items_t *items,
    ngx_str_t *field)
{
    u_char      *p;
    ngx_str_t    place;
    ngx_uint_t   i;

    place.data = ngx_pnalloc(pool, field->len
                                   + items->depth * (NGX_INT_T_LEN + 1));
    if (place.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(place.data, field->data, field->len);

    for (i = 0; i < items->depth; i++) {
        p = ngx_sprintf(p, "/%ui", items->index[i]);
    }

    place.len = (size_t) (p - place.data);
    *field = place;

    return NGX_OK;
}
