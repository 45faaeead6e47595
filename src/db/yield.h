
/*
 * Connections that other workers need more.
 *
 * One that is not in use goes at once.  A worker with more than its fair part
 * gives up one in use when it has served, so that somebody with less gets it;
 * and where there are fewer connections than workers, they take turns.
 */


#ifndef API_DB_YIELD_H
#define API_DB_YIELD_H


#include "db/engine.h"


/* looks whether anyone needs one; closes or drains what we can do without */
void api_db_yield(api_db_t *db);

/* a connection has become idle: is it promised to someone? */
ngx_uint_t api_db_yield_due(api_db_t *db);


#endif /* API_DB_YIELD_H */
