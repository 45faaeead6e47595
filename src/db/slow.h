
/*
 * Connections that something slow has to itself: counted in the worker, for the
 * limit of the whole server, and by plan.
 */


#ifndef API_DB_SLOW_H
#define API_DB_SLOW_H


#include "db/engine.h"


/* something slow has this connection to itself: it counts in the limit, */
void api_db_slow(api_db_conn_t *conn);

/* and, if one of this plan runs too long there, so do others of the plan; */
void api_db_slow_stuck(api_db_conn_t *conn, const api_db_plan_t *plan);

/* no longer */
void api_db_slow_eased(api_db_conn_t *conn);

/* for the limit: what is being given up serves nobody, either, and may take as
   long */
void api_db_slow_told(api_db_t *db);


#endif /* API_DB_SLOW_H */
