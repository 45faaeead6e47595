
/*
 * What a worker learns about each statement: the types PostgreSQL had to be
 * told, the shape of the result, and on which connection it is prepared.
 */


#ifndef API_DB_PREPARED_H
#define API_DB_PREPARED_H


#include "db/engine.h"


/* NGX_OK, NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_db_prepared_init(api_db_t *db);

void api_db_prepared_done(api_db_t *db);

/*
 * The shape of a result with columns.  NGX_OK; NGX_AGAIN: it has types the
 * registry does not know (typed: write them as text, never NGX_AGAIN);
 * NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_db_prepared_shape(api_db_t *db, ngx_uint_t id,
    const PGresult *res, ngx_uint_t typed, const api_sql_shape_t **shape);

/* is the statement prepared under a name, or sent whole each time? */
ngx_uint_t api_db_prepared_named(const api_db_t *db, ngx_uint_t id);

/*
 * Is what the connection has prepared of another epoch?  Before its next job
 * all of it is forgotten, on both sides.  NGX_OK, or NGX_ERROR: the connection
 * is of no more use.
 */
API_MUST_CHECK ngx_int_t api_db_prepared_renew(api_db_conn_t *conn);

/* a Parse did not happen: it failed, or stood behind a failure */
void api_db_prepared_undo(api_db_conn_t *conn,
    const api_db_command_t *command);

/* from now on these are told, one a parameter.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_db_prepared_oids(api_db_t *db, ngx_uint_t id,
    const api_sql_statement_t *sql, const unsigned *oids);

/* as before anything had to be told */
void api_db_prepared_untold(api_db_t *db, ngx_uint_t id,
    const api_sql_statement_t *sql);

/* the OIDs to send with a statement, one a parameter, or NULL for none */
const unsigned *api_db_prepared_told(const api_db_t *db,
    const api_db_step_t *step);

/*
 * A statement of a flight failed.  Is sending the job once more likely to
 * help: with a type told, or prepared anew?  1 or 0; the worker's knowledge is
 * changed accordingly, even if nobody waits for the job any more.
 */
ngx_uint_t api_db_prepared_retry(api_db_conn_t *conn,
    const api_db_command_t *command, const PGresult *res);

/*
 * If not: could it have been prepared, or its job been sent, when the schema
 * was another one?  1: the catalog knows.
 */
ngx_uint_t api_db_prepared_doubtful(const api_db_command_t *command,
    const PGresult *res);


/* 1 the first time for a job: it may be sent again; 0 later, or for NULL */
ngx_uint_t api_db_prepared_once(api_db_job_t *job);


#endif /* API_DB_PREPARED_H */
