
/*
 * Asking the server to stop a statement, without blocking.
 *
 * A cancel request hits whatever the backend is running when it arrives.  So
 * the connection takes no more jobs before the request is over, and where that
 * may be too late for others (a pooler sends it on by itself), it closes when
 * it is empty.
 */


#ifndef API_DB_CANCEL_H
#define API_DB_CANCEL_H


#include "db/engine.h"


/* when a database is made */
void api_db_cancel_init(api_db_t *db);

/*
 * Cancels the connection's only job and drains the connection.  If the request
 * cannot be sent in time, the connection is closed after the grace.
 */
void api_db_cancel(api_db_conn_t *conn);

/*
 * Cancels the only read on a connection of its own to PostgreSQL itself.  The
 * server ends the request's connection when the backend has its signal: the
 * connection is idle again as soon as that and the read's answer have come.
 * Where that takes longer than the grace, it is api_db_cancel() after all.
 */
void api_db_cancel_stop(api_db_conn_t *conn);

/*
 * The worker exits and nobody waits for an answer: what runs is cancelled, and
 * the connection closes after a moment, whether or not that worked.
 */
void api_db_cancel_last(api_db_conn_t *conn);

/*
 * Cancels what runs.  The request goes on when the connection ends: it may be
 * closed right after this call.
 */
void api_db_cancel_apart(api_db_conn_t *conn);

/* the connection closes: a request that was not begun is dropped */
void api_db_cancel_forget(api_db_conn_t *conn);


#endif /* API_DB_CANCEL_H */
