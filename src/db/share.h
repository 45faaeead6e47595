
/*
 * Which jobs of different requests stand in one transaction.
 */


#ifndef API_DB_SHARE_H
#define API_DB_SHARE_H


#include "db/engine.h"


/*
 * May it stand in one with those of others at all?  One whose statement is not
 * prepared yet could fail by that, and one that was aborted by a neighbour's
 * failure is tried by itself.
 */
ngx_uint_t api_db_share_may(const api_db_conn_t *conn,
    const api_db_flight_t *flight);

/*
 * And, if it may, with those of the segment that has no Sync yet?  With
 * settings only beside those that set the same names, and without any beside
 * those without: a name that it did not set would have its neighbour's value.
 */
ngx_uint_t api_db_share_with(const api_db_conn_t *conn,
    const api_db_segment_t *segment, const api_db_flight_t *flight);


#endif /* API_DB_SHARE_H */
