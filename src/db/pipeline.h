
/*
 * Jobs onto a connection, and the pieces they are sent in.
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

/* the oldest job that was sent, or NULL */
api_db_flight_t *api_db_pipeline_head(const api_db_conn_t *conn);

/* is nobody interested in anything that is in flight? */
ngx_uint_t api_db_pipeline_orphaned(const api_db_conn_t *conn);

/* every flight of a connection that is to close, in order; conn is NULL then */
void api_db_pipeline_take(api_db_conn_t *conn, ngx_queue_t *flights);


/*
 * The values of the steps that can be sent at once, from this one on, one
 * behind the other; valid until the next call.  As api_db_values_pt.
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_values(api_db_flight_t *flight,
    ngx_uint_t from, const char ***values);


/*
 * The pieces.  All return NULL or NGX_ERROR when libpq or we are out of
 * memory: the connection is of no more use then.
 */

api_db_segment_t *api_db_pipeline_segment(api_db_conn_t *conn);

API_MUST_CHECK ngx_int_t api_db_pipeline_sql(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_command_e kind, api_db_flight_t *flight,
    const char *sql, int nvalues, const char *const *values);

/* remembers what the result of something just sent is for */
API_MUST_CHECK ngx_int_t api_db_pipeline_command(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_command_e kind, api_db_flight_t *flight,
    ngx_uint_t step);

API_MUST_CHECK ngx_int_t api_db_pipeline_parse(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight, ngx_uint_t step);

API_MUST_CHECK ngx_int_t api_db_pipeline_execute(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight, ngx_uint_t step,
    const char *const *values);

/* behind the statements, the job's guard, if it has one */
API_MUST_CHECK ngx_int_t api_db_pipeline_guard(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight);

API_MUST_CHECK ngx_int_t api_db_pipeline_sync(api_db_conn_t *conn,
    api_db_segment_t *segment);

/*
 * In front of the first job of another kind than the connection served last,
 * in the same packet: read-only, or not
 */
API_MUST_CHECK ngx_int_t api_db_pipeline_mode(api_db_conn_t *conn);

/* the worker's registry of types is filled: a segment of its own */
API_MUST_CHECK ngx_int_t api_db_pipeline_types(api_db_conn_t *conn);

/*
 * For what the engine itself asks: a connection that is free, or has the least
 * to do, and not behind what is slow.  NULL: none.
 */
api_db_conn_t *api_db_pipeline_spare(api_db_t *db);


#endif /* API_DB_PIPELINE_H */
