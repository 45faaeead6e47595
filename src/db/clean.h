
/*
 * Sessions made clean: when a job ran something that nobody can look into, the
 * next job sees no setting, role, lock, cursor, temporary object, subscription
 * or sequence value of it.
 *
 * On a direct connection, a segment of our own follows the job's in the same
 * write, and the job's answer waits for it: when a client hears of its job,
 * the locks that the job took are free.  The segment is a transaction.  If it
 * fails, the server refuses what was sent behind it, and the connection ends.
 *
 * Behind a pooler (pooler transaction), a transaction brings all it needs as
 * its own local settings, and is made clean before its COMMIT: afterwards the
 * session may be somebody else's.
 */


#ifndef API_DB_CLEAN_H
#define API_DB_CLEAN_H


#include "db/engine.h"


/* sent right behind the job's last Sync.  NGX_OK, NGX_ERROR. */
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
 * Before a job that may ask for the session's last value of a sequence: makes
 * the session forget earlier ones.  NGX_OK, NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_db_clean_before(api_db_conn_t *conn,
    const api_db_plan_t *plan);

/* the result of a clean segment's command.  NGX_OK; NGX_ERROR: it failed. */
API_MUST_CHECK ngx_int_t api_db_clean_result(api_db_conn_t *conn,
    const api_db_command_t *command, ngx_uint_t ok);


/*
 * A transaction behind a pooler: its beginning, its end, and what follows a
 * failure (roll back). flight: whose it is, or NULL. NGX_OK, NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_db_clean_begin(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight);
API_MUST_CHECK ngx_int_t api_db_clean_commit(api_db_conn_t *conn,
    api_db_flight_t *flight);
API_MUST_CHECK ngx_int_t api_db_clean_rollback(api_db_conn_t *conn,
    api_db_segment_t *segment, const api_db_plan_t *plan);

/*
 * asks a new connection to a pooler, once, for its local settings as a
 * statement
 */
extern const char  api_db_clean_ask[];

/* its answer: NGX_OK, NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_db_clean_answer(api_db_t *db,
    const PGresult *res);


#endif /* API_DB_CLEAN_H */
