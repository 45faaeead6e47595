
/*
 * The slow log: a line of the error log for each transaction of a route that
 * takes the database, or the waiting for it, as long as api_slow_log says.
 */


#ifndef API_HTTP_SLOW_LOG_H
#define API_HTTP_SLOW_LOG_H


#include "http/ctx.h"


/* ctx->job has ended, ctx->part is still its own */
void api_http_slow_log(api_http_ctx_t *ctx);

/* it has not, and is about to be forgotten: at the deadline, or because nobody
   waits for it any more; harmless where there is none */
void api_http_slow_log_forgotten(api_http_ctx_t *ctx, ngx_uint_t deadline);


#endif /* API_HTTP_SLOW_LOG_H */
