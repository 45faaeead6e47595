
/*
 * Values against the bounds of the columns they go to, varchar(n) and its like,
 * which the parameters' types do not have.
 */


#ifndef API_HTTP_BOUNDS_H
#define API_HTTP_BOUNDS_H


#include "http/ctx.h"


struct pg_result;              /* PGresult */


/*
 * In advance: is the value of a statement's parameter one that PostgreSQL is
 * sure to refuse?  NGX_OK; NGX_DECLINED: its failures, each with the place of
 * the input or of an item of a list, are appended to *failures (once for each
 * place); NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_bounds_param(api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n, ngx_array_t **failures);

/*
 * Afterwards: PostgreSQL has refused a value of the statement, and not said
 * which.  Those that are beyond their bound are appended to *failures, if it
 * is the bound of one of them that the server speaks of.  NGX_OK or NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_bounds_step(api_http_ctx_t *ctx,
    ngx_uint_t step, const struct pg_result *res, ngx_array_t **failures);


#endif /* API_HTTP_BOUNDS_H */
