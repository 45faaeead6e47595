
/* What the log says of connections: once per cause, and never the conninfo. */


#ifndef API_DB_REPORT_H
#define API_DB_REPORT_H


#include "db/engine.h"


/* the connection's own log, which names its database */
void api_db_report_log(api_db_conn_t *conn);

/* connecting has failed; why is NULL when libpq knows */
void api_db_report_failed(api_db_conn_t *conn, const char *why);

/* a connection that was up is gone */
void api_db_report_lost(api_db_conn_t *conn, const char *why);


#endif /* API_DB_REPORT_H */
