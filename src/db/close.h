
/*
 * The end of a connection.  All of this is called from event handlers only:
 * api_db_submit() and api_db_forget() close nothing.
 */


#ifndef API_DB_CLOSE_H
#define API_DB_CLOSE_H


#include "db/engine.h"


/* nothing may be in flight; the structure goes back to its list */
void api_db_close(api_db_conn_t *conn);

/* closes it if it is draining and nothing is in flight any more */
void api_db_close_drained(api_db_conn_t *conn);

/*
 * Closes it in the midst of a result that nobody can take.  What else is in
 * flight is sent again or told LOST; the server is not at fault.
 */
void api_db_close_drop(api_db_conn_t *conn);

/*
 * Nobody waits for anything on it: it is closed now, and what runs is
 * cancelled.
 */
void api_db_close_cut(api_db_conn_t *conn);


#endif /* API_DB_CLOSE_H */
