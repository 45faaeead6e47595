
/*
 * Attempts to connect that fail: how long the next one waits, and whether a
 * database without any connection is one to wait for.  What is known of that,
 * and its timer; nobody is called.
 */


#ifndef API_DB_BACKOFF_H
#define API_DB_BACKOFF_H


#include "db/engine.h"


/*
 * An attempt that began at since has failed.  flat: nobody is there at all, or
 * the answer stays (db/refusal).  1: waiting is of no use, the caller ends
 * every waiting job.
 */
API_MUST_CHECK ngx_uint_t api_db_backoff_failed(api_db_t *db,
    ngx_msec_t since, ngx_uint_t flat);

/* a session is set up */
void api_db_backoff_connected(api_db_t *db);

/* an attempt has failed, and the next one has better reasons: at once */
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

/* ms until a connection is tried again; 0: nothing keeps from it */
ngx_msec_t api_db_backoff_left(const api_db_t *db);

/* the server had no connection left when it was asked last, just now */
ngx_uint_t api_db_backoff_gated(const api_db_t *db);


#endif /* API_DB_BACKOFF_H */
