
/*
 * What is to be done soon.  Whoever learns that a database has something to do
 * says so here, and calls nobody: an event is posted or a timer set, whose
 * handler is in a higher file (db/keep, db/stall).
 */


#ifndef API_DB_DUE_H
#define API_DB_DUE_H


#include "db/engine.h"


/* ms: by then a connection may be free */
#define API_DB_DUE_LATER  10


/*
 * at the end of the turn: serve the lines, open the connections that are
 * missing
 */
void api_db_due(api_db_t *db);

/* the same this many ms from now, unless a time is set already */
void api_db_due_in(api_db_t *db, ngx_msec_t msec);

/* something is in flight: db/stall looks at it from now on */
void api_db_due_look(api_db_t *db);


#endif /* API_DB_DUE_H */
