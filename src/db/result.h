
/*
 * Results off a connection, in order, to the flights they belong to.
 */


#ifndef API_DB_RESULT_H
#define API_DB_RESULT_H


#include "db/engine.h"


/*
 * The socket is readable.  Runs callbacks; the connection may be closed on
 * return.
 */
void api_db_result_read(api_db_conn_t *conn);


#endif /* API_DB_RESULT_H */
