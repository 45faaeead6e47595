
/*
 * What was queued on a connection in one turn of the event loop: in which
 * segments it goes, and that it leaves in one write.
 */


#ifndef API_DB_TURN_H
#define API_DB_TURN_H


#include "db/engine.h"


/*
 * The posted event of a connection: sends all that is pending.  Reads of other
 * requests whose plans allow it share a segment, up to read_batch of them:
 * one that fails aborts those behind it, which are sent again by themselves.
 */
void api_db_turn_handler(ngx_event_t *ev);


#endif /* API_DB_TURN_H */
