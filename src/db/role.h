
/*
 * Is the server that answers a standby, on which nothing can be written?  It
 * says so itself, of PostgreSQL 14 or later, when a session begins, and in the
 * answer after it has become the primary.  Older ones count as primaries.
 */


#ifndef API_DB_ROLE_H
#define API_DB_ROLE_H


#include "db/engine.h"


/* a session is set up, or while db->standby an answer has come */
void api_db_role(api_db_conn_t *conn);


#endif /* API_DB_ROLE_H */
