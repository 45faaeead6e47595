
/*
 * What a worker knows of each statement: the types PostgreSQL had to be given,
 * the shape of the result, and on which connections it is prepared.
 */


#ifndef API_DB_PREPARED_H
#define API_DB_PREPARED_H


#include "db/engine.h"


/* NGX_OK, NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_db_prepared_init(api_db_t *db);

void api_db_prepared_done(api_db_t *db);

/*
 * The shape of a result with columns.  NGX_OK; NGX_AGAIN: it has types that
 * the registry does not know (never when typed is set: then these are written
 * as text); NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_db_prepared_shape(api_db_t *db, ngx_uint_t id,
    const PGresult *res, ngx_uint_t typed, const api_sql_shape_t **shape);

/* is the statement prepared under a name, or sent whole each time? */
ngx_uint_t api_db_prepared_named(const api_db_t *db, ngx_uint_t id);

/*
 * Is what the connection has prepared of another epoch?  Then, before its next
 * job, both sides forget all of it.  NGX_OK, or NGX_ERROR: the connection is
 * of no more use.
 */
API_MUST_CHECK ngx_int_t api_db_prepared_renew(api_db_conn_t *conn);

/* a Parse did not happen: it failed, or followed a failure */
void api_db_prepared_undo(api_db_conn_t *conn,
    const api_db_command_t *command);

/*
 * from now on these types are given, one a parameter.  NGX_OK or NGX_ERROR
 * (memory)
 */
API_MUST_CHECK ngx_int_t api_db_prepared_oids(api_db_t *db, ngx_uint_t id,
    const api_sql_statement_t *sql, const unsigned *oids);

/* from now on no type is given but those of the configuration */
void api_db_prepared_reset(api_db_t *db, ngx_uint_t id,
    const api_sql_statement_t *sql);

/* the OIDs to send with a statement, one a parameter; NULL: none */
const unsigned *api_db_prepared_given(const api_db_t *db,
    const api_db_step_t *step);

/*
 * A statement of a flight failed.  Would it help to send the job again, with a
 * type given, or prepared anew?  1 or 0. What the worker knows is changed
 * accordingly, even if nobody waits for the job any more.
 */
ngx_uint_t api_db_prepared_retry(api_db_conn_t *conn,
    const api_db_command_t *command, const PGresult *res);

/*
 * If not: could it have been prepared, or its job sent, for another schema?
 * 1: the catalog will tell.
 */
ngx_uint_t api_db_prepared_doubtful(const api_db_command_t *command,
    const PGresult *res);


/* 1 the first time for a job: it may be sent again; 0 later, or for NULL */
ngx_uint_t api_db_prepared_once(api_db_job_t *job);


#endif /* API_DB_PREPARED_H */
