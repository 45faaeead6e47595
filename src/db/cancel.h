
/*
 * Asking the server to stop a statement, without blocking.
 *
 * A request hits whatever the backend runs when it arrives: the connection
 * takes no more jobs and closes when it is empty.
 */


#ifndef API_DB_CANCEL_H
#define API_DB_CANCEL_H


#include "db/engine.h"


/* in the making of a database */
void api_db_cancel_init(api_db_t *db);

/*
 * The connection's only job is cancelled and the connection drains; where the
 * request cannot be sent in time it is closed after the grace.
 */
void api_db_cancel(api_db_conn_t *conn);

/*
 * The worker exits and nobody waits for an answer: what runs is cancelled, and
 * the connection closes after a moment, whatever comes of it.
 */
void api_db_cancel_last(api_db_conn_t *conn);

/*
 * What runs is cancelled, by a request that the end of the connection does not
 * stop: it may be closed right behind this call.
 */
void api_db_cancel_apart(api_db_conn_t *conn);

/* the connection closes: a request that is not under way is given up */
void api_db_cancel_forget(api_db_conn_t *conn);


#endif /* API_DB_CANCEL_H */
