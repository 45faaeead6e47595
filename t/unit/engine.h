
/*
 * One database in one worker, for tests of what db/ decides: connections are
 * there because a test says so, jobs that are given to one stay there until it
 * says that they are done.  Nothing has a socket; the clock is that of event.h.
 *
 *     db = engine_create(pool, max_connections);
 *     plan = engine_plan(db, ENGINE_READ);
 *     engine_known(db, plan, 500);
 *     job = engine_job(db, plan);
 *     conn = engine_conn(db, API_DB_READ);
 */


#ifndef API_ENGINE_H
#define API_ENGINE_H


#include "db/engine.h"
#include "event.h"


#define ENGINE_PLANS  16

#define ENGINE_WRITE  0
#define ENGINE_READ   1


/* what the code under test has done, since engine_create() */
typedef struct {
    ngx_uint_t                  opened;     /* connections begun, and */
    ngx_int_t                   open;       /* what that returns; NGX_OK */
    ngx_uint_t                  closed;
    ngx_uint_t                  cut;
    ngx_uint_t                  stopped;    /* connections whose read was
                                               cancelled by itself */
    ngx_uint_t                  woken;      /* channels, together */
    ngx_uint_t                  nended;     /* jobs whose done() ran, */
    api_db_job_t               *ended;      /* the last one, */
    api_db_outcome_e            outcome;    /* and how it ended */
} engine_t;

extern engine_t  engine;


/* acquire_timeout 5 s, queue 100; its limit is its own, not in shared memory */
api_db_t *engine_create(ngx_pool_t *pool, ngx_uint_t max_connections);

/*
 * Shared memory for max_connections of all: each worker is engine_worker() of
 * another number, all of them this process.
 */
ngx_shm_zone_t *engine_zone(ngx_pool_t *pool);
void engine_worker(api_db_limit_t *limit, ngx_shm_zone_t *zone,
    ngx_uint_t number, ngx_uint_t max);

/* a plan of one statement; nothing is known of its cost */
api_db_plan_t *engine_plan(api_db_t *db, ngx_uint_t read_only);

/* jobs of it take so long, as was measured often */
void engine_known(api_db_t *db, const api_db_plan_t *plan, uint64_t us);

/* both of these: one whose jobs take so long; 0: nothing is known */
api_db_plan_t *engine_plan_of(api_db_t *db, ngx_uint_t read_only, uint64_t us);

/* submitted now, and given to nobody */
api_db_job_t *engine_job(api_db_t *db, const api_db_plan_t *plan);

/* an idle connection, set up, that served jobs of this mode last */
api_db_conn_t *engine_conn(api_db_t *db, api_db_lane_e mode);

/* one that is being opened */
api_db_conn_t *engine_coming(api_db_t *db);

/*
 * Gives a connection a job of this plan that is sent now, alone if such a job
 * is to be
 */
api_db_job_t *engine_busy(api_db_conn_t *conn, const api_db_plan_t *plan);

/* is the job on this connection? */
ngx_uint_t engine_on(const api_db_job_t *job, const api_db_conn_t *conn);

/* its oldest job has come back just now */
void engine_answer(api_db_conn_t *conn);


#endif /* API_ENGINE_H */
