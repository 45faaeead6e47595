
/*
 * Jobs onto a connection, and what they send.
 *
 * A job that was given to a connection waits for the end of the event loop's
 * turn; then all of them are sent together (db/turn.h).
 */


#ifndef API_DB_PIPELINE_H
#define API_DB_PIPELINE_H


#include "db/engine.h"


/*
 * From now on the connection has the job; no callback runs.  NGX_OK, NGX_ERROR
 * (memory; nothing was changed).
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_queue(api_db_conn_t *conn,
    api_db_job_t *job, ngx_uint_t exclusive);

/* takes a flight that was not sent yet off its connection */
void api_db_pipeline_unqueue(api_db_flight_t *flight);

/*
 * The values of the steps that can be sent at once, from this one on, one step
 * after the other; valid until the next call.  Returns as api_db_values_pt.
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_values(api_db_flight_t *flight,
    ngx_uint_t from, const char ***values);


/*
 * Runs a step's statement, and prepares it first if need be.  This and the
 * functions below return NGX_ERROR when libpq or we are out of memory: the
 * connection is of no more use then.
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_parse(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight, ngx_uint_t step);

API_MUST_CHECK ngx_int_t api_db_pipeline_execute(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight, ngx_uint_t step,
    const char *const *values);

/* after the statements: the job's guard, if it has one */
API_MUST_CHECK ngx_int_t api_db_pipeline_guard(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight);

/*
 * Before a job of another kind (read or write) than the connection served
 * last: tells the session, in the same packet, whether it is read only.
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_mode(api_db_conn_t *conn);

/* asks for the types, to fill the worker's registry (db/question) */
API_MUST_CHECK ngx_int_t api_db_pipeline_types(api_db_conn_t *conn);

/*
 * A connection for a question of the engine itself: a free one, or the one
 * with the least to do, but none that has something slow.  NULL: none.
 */
api_db_conn_t *api_db_pipeline_spare(api_db_t *db);


#endif /* API_DB_PIPELINE_H */
