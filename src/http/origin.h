
/*
 * Which input a failure of PostgreSQL's came from: it knows parameters, columns
 * and constraints, a client knows what it has sent.
 */


#ifndef API_HTTP_ORIGIN_H
#define API_HTTP_ORIGIN_H


#include "http/ctx.h"


struct pg_result;              /* PGresult */


/*
 * The failures that api_sql_state_error() has put into ctx->error, of a
 * statement's result, by the inputs they came from.  Those that came from none
 * are dropped; when none is left, the whole body is named where there is one.
 */
void api_http_origin_name(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res);


#endif /* API_HTTP_ORIGIN_H */
