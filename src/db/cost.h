
/*
 * What a plan's jobs have taken so far.
 *
 * Measured, not declared: by each worker for itself, beginning with what other
 * workers have left in the database's zone, also before a reload.
 */


#ifndef API_DB_COST_H
#define API_DB_COST_H


#include "db/engine.h"


#define API_DB_COST_SCALE      16        /* an average is kept in 1/16 µs */
#define API_DB_COST_SLOW       25000     /* µs: nothing fast waits behind a
                                            plan above it */


/* NGX_OK, NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_db_cost_init(api_db_t *db);

/* what is known of a plan; n is 0 when nothing is */
api_db_cost_t *api_db_cost_of(api_db_t *db, const api_db_plan_t *plan);

/* slow on the average, or stuck now */
ngx_uint_t api_db_cost_slow(const api_db_cost_t *cost);

/* stuck now, but fast on the average */
ngx_uint_t api_db_cost_sudden(const api_db_cost_t *cost);

/* unknown, or slow so lately that the next job may be slow, too */
ngx_uint_t api_db_cost_fickle(const api_db_cost_t *cost);

/* µs that a job of this plan takes on average; 0: unknown */
uint64_t api_db_cost_expected(const api_db_t *db, const api_db_plan_t *plan);

/*
 * µs of the server's own work for a job.  The average also grows when the
 * machine is busy, and then more connections would only make it busier.
 */
uint64_t api_db_cost_load(const api_db_t *db, const api_db_plan_t *plan);

/* one of the n jobs of a segment that is complete */
void api_db_cost_completed(api_db_conn_t *conn,
    const api_db_segment_t *segment, const api_db_plan_t *plan, ngx_uint_t n);

/* all that was complete has been taken: updates `least` */
void api_db_cost_measure(api_db_conn_t *conn);

/* a job of this plan has been running for so many µs, and still runs */
void api_db_cost_running(api_db_t *db, const api_db_plan_t *plan,
    uint64_t elapsed);

/*
 * A job's result had this size.  Nothing waits behind a plan with large
 * results, and where one is too large no other job loses its connection with
 * it.
 */
void api_db_cost_bulk(api_db_t *db, const api_db_plan_t *plan, size_t size);


#endif /* API_DB_COST_H */
