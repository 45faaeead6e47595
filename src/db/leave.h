
/*
 * What becomes of connections when a worker exits.
 */


#ifndef API_DB_LEAVE_H
#define API_DB_LEAVE_H


#include "db/engine.h"


/*
 * nginx asks a connection to close: the worker exits.  An idle one does, one
 * that is needed, or may be by what waits, stays; after
 * worker_shutdown_timeout all of them end.
 */
void api_db_leave(api_db_conn_t *conn);

/* the worker exits, and nothing waits: idle connections end */
void api_db_leave_idle(api_db_t *db);

/* worker_shutdown_timeout: the clients are gone, so what runs for them is
   cancelled, and connections end */
void api_db_leave_now(api_db_t *db);


#endif /* API_DB_LEAVE_H */
