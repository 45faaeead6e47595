
/*
 * What is in flight on a connection: segments, and in them the commands whose
 * results are awaited.  Whoever sends something begins a segment, or adds to
 * one.
 */


#ifndef API_DB_SEGMENT_H
#define API_DB_SEGMENT_H


#include "db/engine.h"


/*
 * These four return NULL or NGX_ERROR when libpq or we are out of memory: the
 * connection is of no more use then.
 */

api_db_segment_t *api_db_segment_begin(api_db_conn_t *conn);

API_MUST_CHECK ngx_int_t api_db_segment_sql(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_command_e kind, api_db_flight_t *flight,
    const char *sql, int nvalues, const char *const *values);

/* notes what the result of something just sent is for */
API_MUST_CHECK ngx_int_t api_db_segment_command(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_command_e kind, api_db_flight_t *flight,
    ngx_uint_t step);

/*
 * The end of what is sent together: a Sync, or in the middle of a transaction
 * a request for the results so far.  libpq may still hold all of it; the
 * connection's posted event flushes.
 */
API_MUST_CHECK ngx_int_t api_db_segment_sync(api_db_conn_t *conn,
    api_db_segment_t *segment);
API_MUST_CHECK ngx_int_t api_db_segment_ask(api_db_conn_t *conn);


/*
 * May a segment be sent now?  A pooler of transactions gives the server's
 * session to other clients at the first Sync outside of a transaction, even if
 * answers are still to come: those would be somebody else's.  So behind such a
 * pooler it is 0 while a segment is in flight.
 */
ngx_uint_t api_db_segment_free(const api_db_conn_t *conn);

/* the oldest job that was sent, or NULL */
api_db_flight_t *api_db_segment_head(const api_db_conn_t *conn);

/* does nobody wait for anything that is in flight? */
ngx_uint_t api_db_segment_orphaned(const api_db_conn_t *conn);

/*
 * takes every flight, in order, off a connection that is to close; their conn
 * is NULL then
 */
void api_db_segment_take(api_db_conn_t *conn, ngx_queue_t *flights);


#endif /* API_DB_SEGMENT_H */
