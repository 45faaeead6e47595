
/*
 * Which input a failure of PostgreSQL's came from: it knows parameters, columns
 * and constraints, a client knows what it has sent.
 */


#ifndef API_HTTP_ORIGIN_H
#define API_HTTP_ORIGIN_H


#include "http/ctx.h"


struct pg_result;              /* PGresult */


/*
 * in and field of what a statement's parameter stands for.  NGX_OK, or
 * NGX_DECLINED: the client has not sent it, as a variable or an earlier row.
 */
ngx_int_t api_http_origin_param(const api_http_route_t *route,
    ngx_uint_t step, ngx_uint_t n, api_failure_t *failure);

/* api_error_fail(), unless the place is there already */
API_MUST_CHECK ngx_int_t api_http_origin_add(ngx_pool_t *pool,
    ngx_array_t **failures, ngx_uint_t max, const api_failure_t *failure);

/*
 * The failures that api_sql_state_error() has put into ctx->error, of a
 * statement's result, by the inputs they came from.  Those that came from none
 * are dropped; when none is left, the whole body is named where there is one.
 */
void api_http_origin_name(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res);


#endif /* API_HTTP_ORIGIN_H */
