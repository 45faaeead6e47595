
/*
 * How many connections there are: opening, backing off, letting go.
 */


#ifndef API_DB_KEEP_H
#define API_DB_KEEP_H


#include "db/engine.h"


void api_db_keep_init(api_db_t *db);
void api_db_keep_stop(api_db_t *db);

/* a session is set up */
void api_db_keep_connected(api_db_t *db);

/* an attempt has failed, and the next one has better reasons: at once */
void api_db_keep_retry(api_db_t *db);

/* a session that was up is gone */
void api_db_keep_lost(api_db_t *db);

/* a connection is idle: it may be closed now */
void api_db_keep_idle(api_db_conn_t *conn);

/* the server had no connection left when it was asked last, just now */
ngx_uint_t api_db_keep_gated(const api_db_t *db);

/* no connection, and attempts fail */
ngx_uint_t api_db_keep_away(const api_db_t *db);


#endif /* API_DB_KEEP_H */
