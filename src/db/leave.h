
/*
 * What becomes of connections when a worker exits.
 */


#ifndef API_DB_LEAVE_H
#define API_DB_LEAVE_H


#include "db/engine.h"


/*
 * nginx asks a connection to close because the worker exits.  An idle one
 * closes; one that is needed, or may be needed by a job that waits, stays.
 * After worker_shutdown_timeout all of them end.
 */
void api_db_leave(api_db_conn_t *conn);

/* the worker exits, and no job waits: idle connections end */
void api_db_leave_idle(api_db_t *db);

/*
 * worker_shutdown_timeout: the clients are gone, so what runs for them is
 * cancelled, and connections end
 */
void api_db_leave_now(api_db_t *db);


#endif /* API_DB_LEAVE_H */
