
/*
 * A step of libpq's way to a session, in a thread.
 *
 * SCRAM computes for milliseconds what the password comes to, TLS does the
 * same with keys, and all other requests of the worker would wait meanwhile.
 * While a thread has the connection's PGconn nobody else looks at it, and its
 * socket is not among nginx's events: libpq may close it and open another one.
 */


#ifndef API_DB_HANDSHAKE_H
#define API_DB_HANDSHAKE_H


#include "db/engine.h"


/* PQconnectPoll() has returned this; from the event loop */
typedef void (*api_db_handshake_pt)(api_db_conn_t *conn,
    PostgresPollingStatusType status);


/* when a database is made, and when its worker exits */
void api_db_handshake_init(api_db_t *db);
void api_db_handshake_stop(api_db_t *db);

/* is the next step of this connection one that computes? */
ngx_uint_t api_db_handshake_computes(const api_db_conn_t *conn);

/*
 * NGX_AGAIN: done will be called, unless the connection is closed before;
 * NGX_DECLINED: there is no thread for it, and nothing has changed.
 */
API_MUST_CHECK ngx_int_t api_db_handshake(api_db_conn_t *conn,
    api_db_handshake_pt done);

/* the connection closes: a PGconn that a thread has is ended later */
void api_db_handshake_forget(api_db_conn_t *conn);


#endif /* API_DB_HANDSHAKE_H */
