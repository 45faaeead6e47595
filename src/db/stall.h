
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

/* something slow has this connection to itself: it counts in the limit, */
void api_db_stall_slowed(api_db_conn_t *conn);

/* and, if one of this plan runs too long there, so do others of the plan; */
void api_db_stall_stuck(api_db_conn_t *conn, const api_db_plan_t *plan);

/* no longer */
void api_db_stall_eased(api_db_conn_t *conn);


#endif /* API_DB_STALL_H */
