
/*
 * What follows a failed attempt to connect: how long the next one waits, and
 * whether jobs wait for a database without a connection or are refused.  This
 * file keeps that state and its timer; it calls no one back.
 */


#ifndef API_DB_BACKOFF_H
#define API_DB_BACKOFF_H


#include "db/engine.h"


/*
 * An attempt that began at `since` has failed.  flat: the server is not there
 * at all, or its answer will not change (db/refusal). 1: waiting is of no use,
 * and the caller ends every waiting job.
 */
API_MUST_CHECK ngx_uint_t api_db_backoff_failed(api_db_t *db,
    ngx_msec_t since, ngx_uint_t flat);

/* a session is set up */
void api_db_backoff_connected(api_db_t *db);

/* an attempt has failed, but the next one has better chances: try at once */
void api_db_backoff_retry(api_db_t *db);

/* a session that was up is gone */
void api_db_backoff_lost(api_db_t *db);

/* no connection, and attempts fail */
ngx_uint_t api_db_backoff_away(const api_db_t *db);

/*
 * No connection, and attempts fail in such a way, or for so long, that a new
 * job is refused at once.  0: it may wait, for an attempt that is made now if
 * need be.
 */
ngx_uint_t api_db_backoff_gone(api_db_t *db);

/* ms until a connection is tried again; 0: it may be tried now */
ngx_msec_t api_db_backoff_left(const api_db_t *db);

/* a moment ago the server had no connection left for this worker */
ngx_uint_t api_db_backoff_gated(const api_db_t *db);


#endif /* API_DB_BACKOFF_H */
