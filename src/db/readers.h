
/*
 * Reads of a worker keep one of its connections, while they come, where writes
 * of one plan are under way on others: should these meet a lock, they meet it
 * all at once.
 */


#ifndef API_DB_READERS_H
#define API_DB_READERS_H


#include "db/engine.h"


/* a job of this plan has come */
void api_db_readers_came(api_db_t *db, const api_db_plan_t *plan);

/* has a fast one of this mode come within so many ms? */
ngx_uint_t api_db_readers_within(const api_db_t *db, api_db_lane_e mode,
    ngx_msec_t msec);

/*
 * Would reads have a connection if a job of this plan took one that is idle,
 * or do they need none?
 */
ngx_uint_t api_db_readers_leave(const api_db_t *db, const api_db_plan_t *plan);

/* is it the only one that they have? */
ngx_uint_t api_db_readers_last(const api_db_conn_t *conn);


#endif /* API_DB_READERS_H */
