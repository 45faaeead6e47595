
/*
 * A worker that counts, from its beginning to its end.
 */


#ifndef API_HTTP_METRICS_WORKER_H
#define API_HTTP_METRICS_WORKER_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"
#include "observe/observe.h"


/* in init_process, before databases are opened; in exit_process.  NGX_OK or
   NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_metrics_worker_begin(ngx_cycle_t *cycle);
void api_http_metrics_worker_end(ngx_cycle_t *cycle);

/* of this worker, or NULL: it counts nothing */
api_observer_pt api_http_metrics_worker_observer(void);


#endif /* API_HTTP_METRICS_WORKER_H */
