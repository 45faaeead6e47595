
/*
 * Which input a failure of PostgreSQL's came from: it knows parameters, columns
 * and constraints, a client knows what it has sent.
 */


#ifndef API_HTTP_ORIGIN_H
#define API_HTTP_ORIGIN_H


#include "http/ctx.h"


struct pg_result;              /* PGresult */


/*
 * named: one a parameter, those whose values are known to have been refused; or
 * NULL.
 *
 * The failures that api_sql_state_error() has put into ctx->error, of a
 * statement's result, by the inputs they came from.  Those that came from none
 * are dropped; when none is left, the whole body is named where there is one.
 */
void api_http_origin_name(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res, const ngx_uint_t *named);

/* the same of a value without its result: what sql/state says of its failure */
void api_http_origin_value(api_http_ctx_t *ctx, ngx_uint_t step,
    const api_failure_t *failure, const ngx_uint_t *named);


#endif /* API_HTTP_ORIGIN_H */
