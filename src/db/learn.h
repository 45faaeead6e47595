
/*
 * Where nobody could ask the database while the configuration was read, each
 * worker's first connection does: every statement is prepared and described,
 * and again with the declared types that PostgreSQL has not inferred, as a
 * check does (sql/attempt). What is wrong is logged with its place; parameters'
 * types are known from then on.  The same is done when the schema has changed,
 * if the configuration has values that depend on types.
 *
 * Until all is there db->known is 0, and values that depend on it wait.
 */


#ifndef API_DB_LEARN_H
#define API_DB_LEARN_H


#include "db/engine.h"


/*
 * After the setup of a connection: asks, unless the worker has already.
 * NGX_OK or NGX_ERROR: the connection is of no use any more.
 */
API_MUST_CHECK ngx_int_t api_db_learn(api_db_conn_t *conn);

void api_db_learn_init(api_db_t *db);

void api_db_learn_done(api_db_t *db);

/* what was learned is another schema's */
void api_db_learn_forget(api_db_t *db);

/*
 * From an event handler: asks where that is due, and calls those who wait
 * until types are known.
 */
void api_db_learn_run(api_db_t *db);

/* types have been read: is everything known now? */
void api_db_learn_settle(api_db_t *db);

/* the result of api_db_pipeline_types(), NGX_OK or NGX_ERROR as above */
API_MUST_CHECK ngx_int_t api_db_learn_loaded(api_db_conn_t *conn,
    const PGresult *res, ngx_uint_t ok);

/* a result of api_db_learn(), NGX_OK or NGX_ERROR as above */
API_MUST_CHECK ngx_int_t api_db_learn_result(api_db_conn_t *conn,
    api_db_command_t *command, ngx_uint_t ok);


#endif /* API_DB_LEARN_H */
