
/*
 * What a new connection is told: libpq's keywords, with the session's settings
 * among them (db/options), and what is asked right after connecting.
 */


#ifndef API_DB_SETUP_H
#define API_DB_SETUP_H


#include "db/engine.h"
#include "db/hosts.h"


/* PQconnectStartParams(); addresses may be NULL.  NULL: memory. */
PGconn *api_db_setup_connect(api_db_conn_t *conn,
    const api_db_addresses_t *addresses);

/*
 * The connection is up: pipeline mode, and the question whose session it is.
 * What is told and asked besides (a pooler's session its settings, the first
 * one of a worker the types and statements to learn) follows its answer.
 * NGX_OK, NGX_ERROR (the connection is of no use).
 */
API_MUST_CHECK ngx_int_t api_db_setup_session(api_db_conn_t *conn);

/*
 * there is a pooler that is not configured: from now on as for one of
 * transactions
 */
void api_db_setup_noticed(api_db_t *db);

/*
 * The server's answer to one of the setup's statements.  NGX_OK, NGX_ERROR
 * (memory, or the connection has to be made in another way).
 */
API_MUST_CHECK ngx_int_t api_db_setup_answer(api_db_conn_t *conn,
    const PGresult *res);

/* a segment of the setup has come back: the next one, or to BUSY; conn->broken:
   memory */
void api_db_setup_ready(api_db_conn_t *conn);


#endif /* API_DB_SETUP_H */
