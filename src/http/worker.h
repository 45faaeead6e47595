
/*
 * A worker process from its beginning to its end.
 */


#ifndef API_HTTP_WORKER_H
#define API_HTTP_WORKER_H


#include "http/route.h"


/* in init_module: what workers are to share.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_worker_prepare(ngx_cycle_t *cycle);

/* in init_process and exit_process; helpers of the cache do nothing there */
API_MUST_CHECK ngx_int_t api_http_worker_init(ngx_cycle_t *cycle);
void api_http_worker_exit(ngx_cycle_t *cycle);


#endif /* API_HTTP_WORKER_H */
