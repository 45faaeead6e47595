
/*
 * The databases of one worker process: each has its connections.
 */


#ifndef API_HTTP_DATABASES_H
#define API_HTTP_DATABASES_H


#include "http/route.h"


/* in init_process of a worker.  NGX_OK or NGX_ERROR: those that were made are
   there to be closed all the same. */
API_MUST_CHECK ngx_int_t api_http_databases_open(ngx_cycle_t *cycle);

/* in exit_process; harmless where none were opened */
void api_http_databases_close(void);

/* NULL in a process without connections */
api_db_t *api_http_databases_get(const api_http_database_t *database);


#endif /* API_HTTP_DATABASES_H */
