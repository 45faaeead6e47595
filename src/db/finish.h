
/*
 * The end of a job: its results delivered, its outcome told, or another try.
 *
 * A plain job's results are kept until its Sync is in: until then it can be
 * sent again without the caller noticing, and nothing that fails at the
 * commit was ever shown.
 */


#ifndef API_DB_FINISH_H
#define API_DB_FINISH_H


#include "db/engine.h"


/*
 * Its last Sync has come: callbacks run, the connection stays.  Where a clean
 * segment follows, the jobs end with the Sync of that one.
 */
void api_db_finish_segment(api_db_conn_t *conn, api_db_segment_t *segment);

/*
 * Calls result() for the results kept so far.  NGX_OK: all; NGX_AGAIN: the
 * next one has unknown types; NGX_ERROR: memory.  Afterwards flight->job may
 * be NULL, or flight->declined set.
 */
API_MUST_CHECK ngx_int_t api_db_finish_deliver(api_db_flight_t *flight);

/* takes a flight whose values could not be had off its connection */
void api_db_finish_unsent(api_db_conn_t *conn, api_db_flight_t *flight);

/*
 * the flights of a connection that is gone are sent again, LOST or IN_DOUBT;
 * those whose Sync had come have ended well
 */
void api_db_finish_lost(api_db_t *db, ngx_queue_t *flights);

/*
 * of a flight that has not ended: may the server have kept what it writes, or
 * keep it yet?
 */
ngx_uint_t api_db_finish_doubtful(const api_db_flight_t *flight);

/* the types are known now, or never will be: delivers what was held */
void api_db_finish_release(api_db_t *db);


#endif /* API_DB_FINISH_H */
