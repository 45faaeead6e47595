
/*
 * Asking the server to stop a statement, without blocking.
 *
 * A request hits whatever the backend runs when it arrives: the connection
 * takes no more jobs and closes when it is empty.
 */


#ifndef API_DB_CANCEL_H
#define API_DB_CANCEL_H


#include "db/engine.h"


/*
 * The connection's only job is cancelled and the connection drains; without
 * the means to ask it is closed after the grace.
 */
void api_db_cancel(api_db_conn_t *conn);


#endif /* API_DB_CANCEL_H */
