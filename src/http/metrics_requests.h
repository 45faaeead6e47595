
/*
 * Requests, as they end: how many, how long, with which status and error, by
 * route.  Those that no route has are counted together, without a path.
 */


#ifndef API_HTTP_METRICS_REQUESTS_H
#define API_HTTP_METRICS_REQUESTS_H


#include "http/ctx.h"


/* a worker begins.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_metrics_requests_begin(ngx_cycle_t *cycle,
    const api_http_main_conf_t *amcf);

/* the first step of a request's is run */
void api_http_metrics_requests_begun(const api_http_ctx_t *ctx);

/* nginx's log phase */
ngx_int_t api_http_metrics_requests_log(ngx_http_request_t *r);


#endif /* API_HTTP_METRICS_REQUESTS_H */
