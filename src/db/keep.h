
/*
 * How many connections there are: opening, letting go.
 */


#ifndef API_DB_KEEP_H
#define API_DB_KEEP_H


#include "db/engine.h"


void api_db_keep_init(api_db_t *db);
void api_db_keep_stop(api_db_t *db);

/* a connection is idle: it may be closed now */
void api_db_keep_idle(api_db_conn_t *conn);


#endif /* API_DB_KEEP_H */
