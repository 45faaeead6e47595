
/*
 * Which connection a job is given to.
 *
 * What is fast shares some (db/pack); what is slow, large, of unknown cost, or
 * a dialogue gets a connection for itself.  Costs are measured, not declared.
 */


#ifndef API_DB_LANE_H
#define API_DB_LANE_H


#include "db/engine.h"


api_db_lane_e api_db_lane_of(api_db_t *db, const api_db_job_t *job);

/* is the plan a dialogue: BEGIN, wait, COMMIT? */
ngx_uint_t api_db_lane_transaction(api_db_t *db, const api_db_plan_t *plan);

/*
 * A connection for a job, or NULL: it has to wait.  head: the line whose head
 * the job is, API_DB_LANES for a newcomer.  db->want is set when one more
 * connection would help.
 */
api_db_conn_t *api_db_lane_pick(api_db_t *db, const api_db_job_t *job,
    ngx_uint_t head);

/* how many connections the jobs that want one alone could use now */
ngx_uint_t api_db_lane_needs(api_db_t *db);


/* does something fast wait for one? */
ngx_uint_t api_db_lane_waits(const api_db_t *db);

/*
 * Busy connections that do not come back soon: with what is slow, late,
 * stalled, or tries whether a plan is
 */
ngx_uint_t api_db_lane_held(api_db_t *db);

/*
 * The head of this line waits for an idle connection: one is not fed any more
 * until it is idle.
 */
void api_db_lane_reserve(api_db_t *db, ngx_uint_t line);

void api_db_lane_unreserve(api_db_conn_t *conn);

/* do only those wait that are suddenly slow, and so are tried? */
ngx_uint_t api_db_lane_trying(const api_db_t *db);

/* can one more be opened now, as far as this worker knows? */
ngx_uint_t api_db_lane_growing(const api_db_t *db);


#endif /* API_DB_LANE_H */
