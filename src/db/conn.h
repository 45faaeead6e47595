
/*
 * One PGconn on one ngx_connection_t, and its states.  No callback is called
 * here, and nothing is closed.
 */


#ifndef API_DB_CONN_H
#define API_DB_CONN_H


#include "db/engine.h"


/* the only function that moves a connection between states */
void api_db_conn_state(api_db_conn_t *conn, api_db_conn_state_e state);

/* is nothing in flight, and nothing to be sent? */
ngx_uint_t api_db_conn_empty(const api_db_conn_t *conn);

/* a busy connection with nothing in flight goes IDLE; never closed here */
void api_db_conn_rest(api_db_conn_t *conn);

/*
 * it takes no new jobs; grace: it closes after so long at the latest (0: when
 * it is empty)
 */
void api_db_conn_drain(api_db_conn_t *conn, ngx_msec_t grace);

/*
 * after sending: flushes, and waits for a write event while that does not
 * finish
 */
void api_db_conn_flush(api_db_conn_t *conn);

/*
 * Does the server's message end the connection?  Then the message is kept for
 * the log.
 */
ngx_uint_t api_db_conn_fatal(api_db_conn_t *conn, const PGresult *res);

/*
 * One of the engine's own commands has failed, which ends the connection: the
 * server's message is kept for the log.
 */
void api_db_conn_failed(api_db_conn_t *conn, const PGresult *res);

/*
 * the connection's one timer: what it means depends on the state (db/events)
 */
void api_db_conn_watch(api_db_conn_t *conn, ngx_msec_t msec,
    ngx_uint_t cancelable);

/* how long a busy connection may be silent before it is given up */
ngx_msec_t api_db_conn_patience(const api_db_t *db);


#endif /* API_DB_CONN_H */
