
/*
 * A database without any connection: who waits for one, and who is told at
 * once that there is none.
 */


#ifndef API_DB_AWAY_H
#define API_DB_AWAY_H


#include "db/engine.h"


/*
 * An attempt that began at since has failed: back off; may end every waiting
 * job.  flat: nobody is there at all, or the answer stays (db/refusal).
 */
void api_db_away_failed(api_db_t *db, ngx_msec_t since, ngx_uint_t flat);

/*
 * No connection, and attempts fail in such a way, or for so long, that a new
 * job is refused at once.  0: it may wait, for an attempt that is made now if
 * need be.
 */
ngx_uint_t api_db_away_gone(api_db_t *db);

/* ms until a connection is tried again; 0: nothing keeps from it */
ngx_msec_t api_db_away_left(const api_db_t *db);


#endif /* API_DB_AWAY_H */
