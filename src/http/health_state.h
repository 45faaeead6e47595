
/*
 * Can a database answer?  Nobody is asked: all workers say what they have (see
 * http/metrics_db).
 */


#ifndef API_HTTP_HEALTH_STATE_H
#define API_HTTP_HEALTH_STATE_H


#include "http/route.h"


/*
 * Why it cannot, in a word; NULL: it can.  "migrations" are to be applied
 * first; "away": attempts to connect fail; "connecting": the first one goes on,
 * or none has succeeded for 5 s; "standby": it can, but takes no writes, and
 * routes have some.
 */
const char *api_http_health_fault(const api_http_database_t *database);

/* can all that routes use? */
ngx_uint_t api_http_health_ready(void);


#endif /* API_HTTP_HEALTH_STATE_H */
