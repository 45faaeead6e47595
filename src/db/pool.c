
#include "db/backoff.h"
#include "db/brisk.h"
#include "db/close.h"
#include "db/due.h"
#include "db/engine.h"
#include "db/cancel.h"
#include "db/conn.h"
#include "db/cost.h"
#include "db/doubt.h"
#include "db/inquiry.h"
#include "db/events.h"
#include "db/finish.h"
#include "db/handshake.h"
#include "db/keep.h"
#include "db/lane.h"
#include "db/learn.h"
#include "db/line.h"
#include "db/lookup.h"
#include "db/pipeline.h"
#include "db/prepared.h"
#include "db/readers.h"
#include "db/secret.h"
#include "db/segment.h"
#include "db/stall.h"
#include "db/stock.h"
#include "db/tell.h"


#define API_DB_POOL_MINUTE  60


static void api_db_pool_minimum(api_db_t *db, ngx_cycle_t *cycle);
static ngx_uint_t api_db_pool_part(ngx_uint_t all, ngx_uint_t workers,
    ngx_uint_t worker);
static ngx_int_t api_db_pool_take(api_db_t *db, api_db_job_t *job);
static void api_db_pool_abandon(api_db_flight_t *flight, ngx_uint_t cancel);


void
api_db_init(void)
{
    api_db_lookup_init();
}


ngx_int_t
api_db_prepare(ngx_cycle_t *cycle)
{
    return api_db_wake_module(cycle);
}


api_db_t *
api_db_create(const api_db_conf_t *conf, ngx_cycle_t *cycle)
{
    api_db_t    *db;
    ngx_uint_t   i;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(16384, cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    db = ngx_pcalloc(pool, sizeof(api_db_t));
    if (db == NULL) {
        goto failed;
    }

    db->fd = (ngx_socket_t) -1;
    db->conf = conf;
    db->log = cycle->log;
    db->pool = pool;
    db->pooler = (api_db_pooler_e) conf->pooler;
    db->prepare = (conf->prepare != 0);

    api_db_secret_init(db);

    for (i = 0; i < API_DB_CONN_STATES; i++) {
        ngx_queue_init(&db->conns[i]);
    }

    ngx_queue_init(&db->held);
    api_db_doubt_init(db);
    api_db_inquiry_init(db);
    api_db_learn_init(db);
    ngx_queue_init(&db->free_flights);
    ngx_queue_init(&db->free_segments);
    ngx_queue_init(&db->free_commands);

    api_db_limit_init(&db->limit, conf->zone, conf->max_connections);

    db->types = api_sql_types_create(pool);

    if (db->types == NULL
        || api_db_prepared_init(db) != NGX_OK
        || api_db_cost_init(db) != NGX_OK)
    {
        goto failed;
    }

    api_db_wire_stall(db->stall);
    api_db_cancel_init(db);
    api_db_handshake_init(db);
    api_db_line_init(db);
    api_db_events_init(db);
    api_db_keep_init(db);
    api_db_stall_init(db);
    api_db_pool_minimum(db, cycle);

    if (db->conf->first && db->conf->first->begin(db) != NGX_OK) {
        goto failed;
    }

    /* what is posted here runs only after the first event there is */

    ngx_add_timer(&db->run, 1);

    return db;

failed:

    ngx_destroy_pool(pool);

    return NULL;
}


ngx_uint_t
api_db_standby(const api_db_t *db)
{
    return db->standby;
}


ngx_uint_t
api_db_begins(const api_db_t *db)
{
    return db != NULL && db->first != NULL;
}


static void
api_db_pool_minimum(api_db_t *db, ngx_cycle_t *cycle)
{
    ngx_uint_t         workers, worker;
    ngx_core_conf_t   *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    workers = 1;
    worker = 0;

    if (ngx_process == NGX_PROCESS_WORKER && ccf->worker_processes > 1) {
        workers = (ngx_uint_t) ccf->worker_processes;
        worker = ngx_worker;
    }

    db->minimum = api_db_pool_part(db->conf->min_connections, workers, worker);
}


/* an equal part for each worker, and one more for the first ones */

static ngx_uint_t
api_db_pool_part(ngx_uint_t all, ngx_uint_t workers, ngx_uint_t worker)
{
    return all / workers + (worker < all % workers ? 1 : 0);
}


void
api_db_destroy(api_db_t *db)
{
    ngx_uint_t      i;
    ngx_queue_t    *q, flights;
    api_db_conn_t  *conn;

    if (db == NULL) {
        return;
    }

    /* no callback runs: the requests' memory may be gone */

    for (i = API_DB_CONN_CONNECTING; i < API_DB_CONN_STATES; i++) {

        while (!ngx_queue_empty(&db->conns[i])) {
            q = ngx_queue_head(&db->conns[i]);
            conn = ngx_queue_data(q, api_db_conn_t, queue);

            ngx_queue_init(&flights);
            api_db_segment_take(conn, &flights);

            while (!ngx_queue_empty(&flights)) {
                q = ngx_queue_head(&flights);
                ngx_queue_remove(q);
                api_db_stock_free_flight(ngx_queue_data(q, api_db_flight_t,
                                                        queue));
            }

            api_db_close(conn);
        }
    }

    while (!ngx_queue_empty(&db->held)) {
        q = ngx_queue_head(&db->held);
        ngx_queue_remove(q);
        api_db_stock_free_flight(ngx_queue_data(q, api_db_flight_t, queue));
    }

    if (db->first) {
        db->conf->first->stop(db);
    }

    api_db_handshake_stop(db);
    api_db_keep_stop(db);
    api_db_doubt_stop(db);
    api_db_stall_stop(db);
    api_db_limit_leave(&db->limit);
    api_db_learn_done(db);
    api_db_prepared_done(db);

    api_db_wire_unstall(db->stall);

    ngx_free(db->scratch);
    api_db_secret_done(db);
    ngx_destroy_pool(db->pool);
}


ngx_int_t
api_db_submit(api_db_t *db, api_db_job_t *job)
{
    ngx_int_t  rc;

    if (db == NULL) {
        return NGX_ERROR;
    }

    job->db = db;
    job->flight = NULL;
    job->waiting = 0;
    job->replayed = 0;
    job->again = 0;
    job->renewed = 0;
    job->doubted = 0;
    job->single = 0;
    job->moved = 0;
    job->alone = 0;
    job->waited = 0;
    job->took = 0;
    job->longest = 0;
    job->slowest = 0;
    job->server = NULL;
    job->awaited = 0;
    job->sent = 0;
    job->submitted = api_db_now();

    api_tell_of(JOB_SUBMITTED, .request = job->data,
                .database = &db->conf->name, .plan = job->plan->id);

    rc = api_db_pool_take(db, job);

    if (rc != NGX_AGAIN) {
        api_db_tell(job, .event = API_EVENT_JOB_REFUSED,
                    .word = rc == NGX_BUSY ? "full"
                            : rc == NGX_DECLINED ? "away" : "memory");
    }

    return rc;
}


/* to a connection, or into the line */

static ngx_int_t
api_db_pool_take(api_db_t *db, api_db_job_t *job)
{
    api_db_lane_e   lane;
    api_db_conn_t  *conn;

    lane = api_db_lane_of(db, job);

    if (lane != API_DB_ALONE) {
        api_db_brisk_came(&db->limit);
    }

    api_db_readers_came(db, job->plan);

    if (ngx_queue_empty(&db->lines[lane].jobs)) {

        conn = api_db_lane_pick(db, job, API_DB_LANES);

        if (db->want) {
            api_db_due(db);
        }

        if (conn) {
            if (api_db_pipeline_queue(conn, job, lane == API_DB_ALONE)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            return NGX_AGAIN;
        }
    }

    if (db->ending
        || (db->first && db->conf->first->failed(db))
        || api_db_backoff_gone(db))
    {
        return NGX_DECLINED;
    }

    if (api_db_limit_line(&db->limit, db->waiting) >= db->conf->queue
        && !api_db_line_press(db))
    {
        return NGX_BUSY;
    }

    api_db_line_join(db, job);

    return NGX_AGAIN;
}


ngx_uint_t
api_db_in_doubt(const api_db_job_t *job)
{
    return job->flight != NULL && api_db_finish_doubtful(job->flight);
}


uint64_t
api_db_age(const api_db_job_t *job)
{
    return job->waiting || job->flight != NULL ? api_db_now() - job->submitted
                                               : 0;
}


void
api_db_forget(api_db_job_t *job, ngx_uint_t cancel)
{
    api_db_flight_t  *flight;

    flight = job->flight;

    if (!job->waiting && flight == NULL) {
        return;
    }

    api_db_tell(job, .event = API_EVENT_JOB_FORGOTTEN,
                .n = (int64_t) cancel,
                .step = ngx_min(job->awaited, job->plan->nsteps - 1),
                .at = job->sent && flight != NULL ? flight->sent : 0,
                .time = api_db_age(job));

    if (job->waiting) {
        api_db_line_leave(job->db, job);
        return;
    }

    job->flight = NULL;
    flight->job = NULL;

    if (flight->conn == NULL) {
        return;
    }

    if (flight->segment == NULL) {
        api_db_pipeline_unqueue(flight);
        return;
    }

    api_db_pool_abandon(flight, cancel);
}


/*
 * What was sent runs at the server although nobody waits for it; if it is a
 * read that goes on, db/stall cancels it.
 */

static void
api_db_pool_abandon(api_db_flight_t *flight, ngx_uint_t cancel)
{
    api_db_conn_t  *conn;

    conn = flight->conn;

    if (conn->canceled) {
        return;
    }

    if (conn->in_flight == 1) {

        if (cancel) {
            api_db_cancel(conn);
        }

        return;
    }

    if (cancel && !conn->suspected) {
        conn->suspected = api_db_now();
        api_db_conn_watch(conn, API_DB_GRACE, 0);
    }
}


ngx_uint_t
api_db_retry_after(api_db_t *db)
{
    uint64_t         work;
    ngx_uint_t       i, conns;
    ngx_queue_t     *q;
    api_db_job_t    *job;

    if (db == NULL) {
        return 1;
    }

    if (db->failures && db->retry.timer_set) {
        return api_db_backoff_left(db) / 1000 + 1;
    }

    /* the line is bounded, and so is this walk */

    work = 0;

    for (i = 0; i < API_DB_LANES; i++) {
        for (q = db->lines[i].jobs.next; q != &db->lines[i].jobs; q = q->next)
        {
            job = ngx_queue_data(q, api_db_job_t, queue);
            work += api_db_cost_expected(db, job->plan);
        }
    }

    conns = ngx_max(api_db_usable_count(db), 1);

    work = work / conns / 1000000 + 1;

    return (ngx_uint_t) ngx_min(work, API_DB_POOL_MINUTE);
}
