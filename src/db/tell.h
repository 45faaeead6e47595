
/*
 * Facts of jobs, for observers.
 */


#ifndef API_DB_TELL_H
#define API_DB_TELL_H


#include "db/db.h"
#include "observe/observe.h"


struct pg_conn;                /* PGconn */

/* api_tell() of a job, which is its caller's still */
#define api_db_tell(job, ...)                                                 \
    api_tell(.request = (job)->data, .database = &(job)->db->conf->name,      \
             .plan = (job)->plan->id, __VA_ARGS__)

/* of a flight (db/engine), whose job may have been forgotten */
#define api_db_tell_flight(flight, ...)                                       \
    api_tell(.request = (flight)->job != NULL ? (flight)->job->data : NULL,   \
             .database = &(flight)->db->conf->name,                           \
             .plan = (flight)->plan->id, __VA_ARGS__)

/* an outcome's word; static memory */
const char *api_db_tell_outcome(api_db_outcome_e outcome);

/* libpq's version, as 150018 */
int api_db_tell_libpq(void);

/* the server of a connection, as it is configured; libpq's memory */
const char *api_db_tell_host(struct pg_conn *conn);

/* the SQLSTATE of a failure, as long as that; NULL: it has none, or is NULL */
const char *api_db_tell_state(const struct pg_result *res);


#endif /* API_DB_TELL_H */
