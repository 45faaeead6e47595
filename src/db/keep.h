
/*
 * How many connections there are: opening, letting go.
 */


#ifndef API_DB_KEEP_H
#define API_DB_KEEP_H


#include "db/engine.h"


void api_db_keep_init(api_db_t *db);
void api_db_keep_stop(api_db_t *db);

/*
 * To be called after results were taken: an empty connection goes IDLE, or
 * closes when it is draining, worn out, or the worker exits.
 */
void api_db_keep_settle(api_db_conn_t *conn);


#endif /* API_DB_KEEP_H */
