
/*
 * The events of a connection, and what becomes of it: its socket is ready, a
 * turn of the event loop ends in which something was queued on it, its time is
 * up.  Those who read, send or connect return, and it is decided here whether
 * the connection goes on, rests or ends.
 */


#ifndef API_DB_EVENTS_H
#define API_DB_EVENTS_H


#include "db/engine.h"


/* in the making of a database: the handlers of the connections it will have */
void api_db_events_init(api_db_t *db);


#endif /* API_DB_EVENTS_H */
