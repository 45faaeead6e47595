
/*
 * The step that asks PostgreSQL.
 */


#ifndef API_HTTP_QUERY_H
#define API_HTTP_QUERY_H


#include "http/ctx.h"


API_MUST_CHECK ngx_int_t api_http_query_step(api_http_ctx_t *ctx);

/* the step's forget(): the job is given up, cancelled or not */
void api_http_query_forget(api_http_ctx_t *ctx, ngx_uint_t cancel);


#endif /* API_HTTP_QUERY_H */
