
/*
 * What was queued on a connection in one turn of the event loop: into which
 * segments it goes, and that all of it leaves in one write.
 */


#ifndef API_DB_TURN_H
#define API_DB_TURN_H


#include "db/engine.h"


/*
 * Sends all that is pending.  Reads of other requests whose plans allow it
 * share a segment, up to read_batch of them: one that fails aborts those
 * behind it, which are then sent again by themselves.  Callbacks may run.
 * NGX_OK, NGX_ERROR: the connection is of no more use.
 */
API_MUST_CHECK ngx_int_t api_db_turn_flush(api_db_conn_t *conn);


#endif /* API_DB_TURN_H */
