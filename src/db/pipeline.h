
/*
 * Jobs onto a connection, and what they send.
 *
 * A job given to a connection waits for the end of the event loop's turn;
 * then all of them are sent together (db/turn.h).
 */


#ifndef API_DB_PIPELINE_H
#define API_DB_PIPELINE_H


#include "db/engine.h"


/*
 * The job is the connection's from now on; no callback runs.  NGX_OK,
 * NGX_ERROR (memory; nothing was changed).
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_queue(api_db_conn_t *conn,
    api_db_job_t *job, ngx_uint_t exclusive);

/* a flight that was not sent yet leaves its connection */
void api_db_pipeline_unqueue(api_db_flight_t *flight);

/*
 * The values of the steps that can be sent at once, from this one on, one
 * behind the other; valid until the next call.  As api_db_values_pt.
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_values(api_db_flight_t *flight,
    ngx_uint_t from, const char ***values);


/*
 * A step's statement, prepared where it is not yet, and run.  These, and those
 * below, return NGX_ERROR when libpq or we are out of memory: the connection is
 * of no more use then.
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_parse(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight, ngx_uint_t step);

API_MUST_CHECK ngx_int_t api_db_pipeline_execute(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight, ngx_uint_t step,
    const char *const *values);

/* behind the statements, the job's guard, if it has one */
API_MUST_CHECK ngx_int_t api_db_pipeline_guard(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight);

/*
 * In front of the first job of another kind than the connection served last,
 * in the same packet: read-only, or not
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_mode(api_db_conn_t *conn);

/* the worker's registry of types is filled: a question (db/question) */
API_MUST_CHECK ngx_int_t api_db_pipeline_types(api_db_conn_t *conn);

/*
 * For what the engine itself asks: a connection that is free, or has the least
 * to do, and not behind what is slow.  NULL: none.
 */
api_db_conn_t *api_db_pipeline_spare(api_db_t *db);


#endif /* API_DB_PIPELINE_H */
