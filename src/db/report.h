
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

/* nobody could be asked before: what is wrong with a statement */
void api_db_report_wrong(api_db_conn_t *conn, const api_sql_statement_t *sql,
    const PGresult *res);


#endif /* API_DB_REPORT_H */
