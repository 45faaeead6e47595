
/*
 * Which of the connections that fast jobs share takes one more.
 *
 * Reads are packed on few, writes spread for group commit.  A plan of which
 * much is under way leaves the last read connection to others.
 */


#ifndef API_DB_PACK_H
#define API_DB_PACK_H


#include "db/engine.h"


/*
 * A connection for a fast job, or NULL: it has to wait.  head: the line whose
 * head the job is, API_DB_LANES for a newcomer.  db->want is set when one more
 * connection would help.
 */
api_db_conn_t *api_db_pack_pick(api_db_t *db, const api_db_job_t *job,
    ngx_uint_t head);

/* may it take one more of this mode, most jobs at a time? */
ngx_uint_t api_db_pack_takes(const api_db_conn_t *conn, api_db_lane_e mode,
    ngx_uint_t most, uint64_t now);

/* connections that serve this mode, or are about to */
ngx_uint_t api_db_pack_count(const api_db_t *db, api_db_lane_e mode);

/* may a job at the head of this line have an idle one? */
ngx_uint_t api_db_pack_open_to(const api_db_conn_t *conn, ngx_uint_t head);

/* a flight has been given to a connection, and is not on it any more */
void api_db_pack_given(const api_db_flight_t *flight);
void api_db_pack_taken(const api_db_flight_t *flight);

/* does what it works on take longer than it should?  It may soon stall */
ngx_uint_t api_db_pack_late(const api_db_conn_t *conn, uint64_t now);


#endif /* API_DB_PACK_H */
