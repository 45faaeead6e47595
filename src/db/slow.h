
/*
 * Connections that something slow uses alone: counted for the worker, for the
 * limit of the whole server, and by plan.
 */


#ifndef API_DB_SLOW_H
#define API_DB_SLOW_H


#include "db/engine.h"


/* something slow uses this connection alone: it counts in the limit, */
void api_db_slow(api_db_conn_t *conn);

/*
 * and if it is one of this plan that runs too long, its other jobs count as
 * slow;
 */
void api_db_slow_stuck(api_db_conn_t *conn, const api_db_plan_t *plan);

/* that is over */
void api_db_slow_eased(api_db_conn_t *conn);


#endif /* API_DB_SLOW_H */
