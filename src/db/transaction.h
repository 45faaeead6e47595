
/*
 * Jobs whose later steps need earlier results, or whose results are looked at
 * before the commit: BEGIN, steps in batches, COMMIT or ROLLBACK, alone on
 * their connection.
 *
 * All return NGX_ERROR when libpq or we are out of memory: the connection is
 * of no more use then.
 */


#ifndef API_DB_TRANSACTION_H
#define API_DB_TRANSACTION_H


#include "db/engine.h"


/* values: those of the first batch */
API_MUST_CHECK ngx_int_t api_db_transaction_begin(api_db_conn_t *conn,
    api_db_flight_t *flight, const char **values);

/* a command of the flight succeeded: delivers what is known */
API_MUST_CHECK ngx_int_t api_db_transaction_next(api_db_conn_t *conn,
    api_db_flight_t *flight);

/* a command of the flight failed */
API_MUST_CHECK ngx_int_t api_db_transaction_failed(api_db_conn_t *conn,
    api_db_flight_t *flight);

/*
 * A Sync came back.  NGX_OK: the transaction is over; NGX_AGAIN: it had
 * failed, ROLLBACK is sent.
 */
API_MUST_CHECK ngx_int_t api_db_transaction_synced(api_db_conn_t *conn,
    api_db_segment_t *segment);


#endif /* API_DB_TRANSACTION_H */
