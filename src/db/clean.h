
/*
 * Sessions made clean: of a job that ran what nobody can look into, no setting,
 * role, lock, cursor, temporary object, subscription or sequence's number is
 * seen by the next one.
 *
 * Directly connected, a segment of our own goes out behind the job's, in the
 * same write, and the job's answer waits for it: a lock that it took is free
 * when its client hears of it.  The segment is a transaction; should it fail,
 * what stands behind it is refused by the server, and the connection ends.
 *
 * Behind a pooler (pooler transaction) a transaction brings all it needs as its
 * own local settings, and is made clean before its COMMIT: afterwards the
 * session may be somebody else's.
 */


#ifndef API_DB_CLEAN_H
#define API_DB_CLEAN_H


#include "db/engine.h"


/* what is sent right behind the job's last Sync.  NGX_OK, NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_db_clean_behind(api_db_conn_t *conn,
    const api_db_plan_t *plan);

/* whose session is it?  Asked right after connecting, and with the settings */
#define API_DB_CLEAN_WHOSE  "SELECT pg_catalog.pg_backend_pid()"

/*
 * The settings as a statement into the segment, where a pooler keeps them from
 * being told at the start, and the question whose they are.  NGX_OK, NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_db_clean_settings(api_db_conn_t *conn,
    api_db_segment_t *segment);

/*
 * Before a job that may ask for the session's last number of a sequence:
 * earlier ones' are forgotten.  NGX_OK, NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_db_clean_before(api_db_conn_t *conn,
    const api_db_plan_t *plan);

/* the result of a clean segment's command.  NGX_OK; NGX_ERROR: it failed. */
API_MUST_CHECK ngx_int_t api_db_clean_result(api_db_conn_t *conn,
    const api_db_command_t *command, ngx_uint_t ok);


/*
 * Of a transaction behind a pooler; flight: whose, or NULL.  Its beginning, its
 * end, and what follows a failure (to roll back).  NGX_OK, NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_db_clean_begin(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight);
API_MUST_CHECK ngx_int_t api_db_clean_commit(api_db_conn_t *conn,
    api_db_flight_t *flight);
API_MUST_CHECK ngx_int_t api_db_clean_rollback(api_db_conn_t *conn,
    api_db_segment_t *segment, const api_db_plan_t *plan);

/* asked once on a connection to a pooler: the local settings, as a statement */
extern const char  api_db_clean_ask[];

/* its answer: NGX_OK, NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_db_clean_answer(api_db_t *db,
    const PGresult *res);


#endif /* API_DB_CLEAN_H */
