
/*
 * What one worker process has: a pool for each database, random bytes.
 */


#ifndef API_HTTP_WORKER_H
#define API_HTTP_WORKER_H


#include "http/route.h"


/* in init_module: what workers are to share.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_worker_prepare(ngx_cycle_t *cycle);

/* in init_process and exit_process; helpers of the cache do nothing there */
API_MUST_CHECK ngx_int_t api_http_worker_init(ngx_cycle_t *cycle);
void api_http_worker_exit(ngx_cycle_t *cycle);

/* NULL in a process without connections */
api_db_t *api_http_worker_db(const api_http_database_t *database);

#define API_HTTP_WORKER_DRAW  16         /* bytes */

/* so many unpredictable bytes, to be copied at once; a worker's only */
const u_char *api_http_worker_draw(void);


#endif /* API_HTTP_WORKER_H */
