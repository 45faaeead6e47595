
/*
 * A connection's beginning: from nothing to a session that is set up.
 */


#ifndef API_DB_CONNECT_H
#define API_DB_CONNECT_H


#include "db/engine.h"


/*
 * NGX_OK: under way; the connection will be IDLE, or api_db_backoff_failed()
 * is called (perhaps inside this call); NGX_BUSY: the whole server is at its
 * limit; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_db_connect_open(api_db_t *db,
    api_db_lane_e mode);

/* the socket of a CONNECTING one is ready */
void api_db_connect_poll(api_db_conn_t *conn);

/*
 * logs and closes, and the next attempt waits; why is NULL when libpq or the
 * server has said it
 */
void api_db_connect_failed(api_db_conn_t *conn, const char *why);


#endif /* API_DB_CONNECT_H */
