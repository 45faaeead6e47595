
/*
 * api_metrics: what all workers have counted, as text for Prometheus.
 */


#ifndef API_HTTP_METRICS_PAGE_H
#define API_HTTP_METRICS_PAGE_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* content handler of its location */
ngx_int_t api_http_metrics_page(ngx_http_request_t *r);


#endif /* API_HTTP_METRICS_PAGE_H */
