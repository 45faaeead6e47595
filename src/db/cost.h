
/*
 * What a plan's jobs have taken so far.
 *
 * Measured, not declared: each worker for itself, from what any worker has
 * left in the database's zone before, a reload or a moment ago.
 */


#ifndef API_DB_COST_H
#define API_DB_COST_H


#include "db/engine.h"


#define API_DB_COST_SCALE      16        /* of an average */
#define API_DB_COST_SLOW       25000     /* µs: not to be waited behind */


/* NGX_OK, NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_db_cost_init(api_db_t *db);

/* what is known of a plan; n is 0 when that is nothing */
api_db_cost_t *api_db_cost_of(api_db_t *db, const api_db_plan_t *plan);

/* slow as a rule */
ngx_uint_t api_db_cost_slow(const api_db_cost_t *cost);

/* slow now, but not as a rule */
ngx_uint_t api_db_cost_sudden(const api_db_cost_t *cost);

/* not known, or slow so lately that the next one may be */
ngx_uint_t api_db_cost_fickle(const api_db_cost_t *cost);

/* µs a job of this plan may take, on the average; 0: not known */
uint64_t api_db_cost_expected(const api_db_t *db, const api_db_plan_t *plan);

/*
 * µs of a server's own work for it.  The average grows when the machine is
 * busy, and more connections would only make it busier.
 */
uint64_t api_db_cost_load(const api_db_t *db, const api_db_plan_t *plan);

/* one of n jobs of a segment that is complete */
void api_db_cost_completed(api_db_conn_t *conn,
    const api_db_segment_t *segment, const api_db_plan_t *plan, ngx_uint_t n);

/* all that is complete has been taken: learn from it */
void api_db_cost_measure(api_db_conn_t *conn);

/* a job of this plan has been running for so many µs, and goes on */
void api_db_cost_running(api_db_t *db, const api_db_plan_t *plan,
    uint64_t elapsed);

/* such a one runs too long at this moment: what other workers have of its plan
   is slow, too; told again while that lasts */
void api_db_cost_stuck(api_db_t *db, const api_db_plan_t *plan);

/*
 * A job's result had this size.  A large one others do not wait behind, and
 * where it is too large they do not lose their connection with it.
 */
void api_db_cost_bulk(api_db_t *db, const api_db_plan_t *plan, size_t size);


#endif /* API_DB_COST_H */
