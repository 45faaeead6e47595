
/*
 * A job that runs much longer than it should, and those queued behind it.
 *
 * While anything is in flight a timer looks at the head of each connection.
 * Reads that wait behind a stalled one, and what was not sent yet, go to other
 * connections: a new flight takes the job, and what the old one brings is
 * dropped.  Writes that were sent never move.  A read that nobody waits for
 * any more is cancelled.
 */


#ifndef API_DB_STALL_H
#define API_DB_STALL_H


#include "db/engine.h"


void api_db_stall_init(api_db_t *db);
void api_db_stall_stop(api_db_t *db);


#endif /* API_DB_STALL_H */
