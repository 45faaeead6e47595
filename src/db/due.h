
/*
 * What is to be done soon.  Whoever learns that there is something for a
 * database to do says so here, and calls nobody: an event is posted, or a timer
 * set, whose handler stands above (db/keep, db/stall).
 */


#ifndef API_DB_DUE_H
#define API_DB_DUE_H


#include "db/engine.h"


/* ms: until a connection is free, perhaps */
#define API_DB_DUE_LATER  10


/* at the end of the turn: serve the lines, open what is missing */
void api_db_due(api_db_t *db);

/* the same, this many ms from now, unless a moment is set already */
void api_db_due_in(api_db_t *db, ngx_msec_t msec);

/* something is in flight: it is looked at from now on */
void api_db_due_look(api_db_t *db);


#endif /* API_DB_DUE_H */
