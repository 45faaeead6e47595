
/*
 * The events of a connection, and what becomes of it: its socket is ready; a
 * turn of the event loop ends in which something was queued on it; its time is
 * up.  The files that read, send or connect return, and here it is decided
 * whether the connection goes on, rests or ends.
 */


#ifndef API_DB_EVENTS_H
#define API_DB_EVENTS_H


#include "db/engine.h"


/* when a database is made: the handlers of its connections */
void api_db_events_init(api_db_t *db);


#endif /* API_DB_EVENTS_H */
