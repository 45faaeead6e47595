
/*
 * A standby that becomes the primary says so in its next answer, and nobody
 * asks it while it is not ready for requests that write: so we do.
 */


#ifndef API_HTTP_HEALTH_ROLE_H
#define API_HTTP_HEALTH_ROLE_H


#include "http/route.h"


/* does a route write to it? */
ngx_uint_t api_http_health_writes(const api_http_database_t *database);

/* in init_process: from now on, where api_health ready is used.  NGX_OK or
   NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_health_role_begin(ngx_cycle_t *cycle);


#endif /* API_HTTP_HEALTH_ROLE_H */
