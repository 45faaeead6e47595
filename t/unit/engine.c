
#include "engine.h"

#include "db/close.h"
#include "db/conn.h"
#include "db/connect.h"
#include "db/cost.h"
#include "db/doubt.h"
#include "db/finish.h"
#include "db/keep.h"
#include "db/lane.h"
#include "db/learn.h"
#include "db/leave.h"
#include "db/line.h"
#include "db/pack.h"
#include "db/pipeline.h"
#include "db/segment.h"
#include "db/stall.h"
#include "db/stock.h"
#include "db/zone.h"


engine_t  engine;


static void engine_silent(ngx_event_t *ev);
static void engine_done(api_db_job_t *job, api_db_outcome_e outcome,
    const struct pg_result *res, ngx_uint_t step);


api_db_t *
engine_create(ngx_pool_t *pool, ngx_uint_t max_connections)
{
    api_db_t         *db;
    ngx_uint_t        i;
    api_db_conf_t    *conf;

    static ngx_log_t  log;

    event_init();

    ngx_memzero(&engine, sizeof(engine_t));
    engine.open = NGX_OK;

    log.log_level = NGX_LOG_DEBUG_ALL;

    conf = ngx_pcalloc(pool, sizeof(api_db_conf_t));
    db = ngx_pcalloc(pool, sizeof(api_db_t));

    conf->max_connections = max_connections;
    conf->queue = 100;
    conf->acquire_timeout = 5000;
    conf->nplans = 0;

    db->conf = conf;
    db->pool = pool;
    db->log = &log;
    db->read = ngx_pcalloc(pool, sizeof(ngx_event_t));

    for (i = 0; i < API_DB_CONN_STATES; i++) {
        ngx_queue_init(&db->conns[i]);
    }

    ngx_queue_init(&db->held);
    ngx_queue_init(&db->inquiries);
    ngx_queue_init(&db->free_flights);
    ngx_queue_init(&db->free_segments);
    ngx_queue_init(&db->free_commands);

    api_db_limit_init(&db->limit, NULL, max_connections);
    api_db_line_init(db);
    api_db_keep_init(db);
    api_db_stall_init(db);

    db->costs = ngx_pcalloc(pool, ENGINE_PLANS * sizeof(api_db_cost_t));

    return db;
}


ngx_shm_zone_t *
engine_zone(ngx_pool_t *pool)
{
    ngx_shm_zone_t  *zone;

    zone = ngx_pcalloc(pool, sizeof(ngx_shm_zone_t));
    zone->shm.addr = ngx_pcalloc(pool, sizeof(ngx_slab_pool_t));
    zone->data = ngx_pcalloc(pool, sizeof(api_db_zone_shared_t));

    return zone;
}


void
engine_worker(api_db_limit_t *limit, ngx_shm_zone_t *zone, ngx_uint_t number,
    ngx_uint_t max)
{
    ngx_process_slot = (ngx_int_t) number;
    api_db_limit_init(limit, zone, max);
}


api_db_plan_t *
engine_plan(api_db_t *db, ngx_uint_t read_only)
{
    api_db_conf_t         *conf;
    api_db_plan_t         *plan;
    api_sql_statement_t   *sql;

    conf = (api_db_conf_t *) (uintptr_t) db->conf;

    if (conf->nplans == ENGINE_PLANS) {
        abort();
    }

    plan = ngx_pcalloc(db->pool, sizeof(api_db_plan_t));
    plan->steps = ngx_pcalloc(db->pool, sizeof(api_db_step_t));
    sql = ngx_pcalloc(db->pool, sizeof(api_sql_statement_t));

    sql->text.data = ngx_pcalloc(db->pool, 16);
    sql->text.len = 16;
    sql->text.data[0] = (u_char) ('a' + conf->nplans);

    plan->id = conf->nplans++;
    plan->nsteps = 1;
    plan->steps[0].sql = sql;
    plan->read_only = read_only ? 1 : 0;

    return plan;
}


void
engine_known(api_db_t *db, const api_db_plan_t *plan, uint64_t us)
{
    api_db_cost_t  *cost;

    cost = &db->costs[plan->id];

    cost->average = us * API_DB_COST_SCALE;
    cost->least = us * API_DB_COST_SCALE;
    cost->n = 8;
}


api_db_plan_t *
engine_plan_of(api_db_t *db, ngx_uint_t read_only, uint64_t us)
{
    api_db_plan_t  *plan;

    plan = engine_plan(db, read_only);

    if (us) {
        engine_known(db, plan, us);
    }

    return plan;
}


api_db_job_t *
engine_job(api_db_t *db, const api_db_plan_t *plan)
{
    api_db_job_t  *job;

    job = ngx_pcalloc(db->pool, sizeof(api_db_job_t));

    job->plan = plan;
    job->done = engine_done;
    job->log = db->log;
    job->db = db;
    job->submitted = api_db_now();

    return job;
}


api_db_conn_t *
engine_conn(api_db_t *db, api_db_lane_e mode)
{
    api_db_conn_t  *conn;

    conn = engine_coming(db);

    conn->mode = mode;
    conn->born = ngx_current_msec;
    conn->used = ngx_current_msec;
    conn->proven = 1;

    api_db_conn_state(conn, API_DB_CONN_IDLE);

    return conn;
}


api_db_conn_t *
engine_coming(api_db_t *db)
{
    api_db_conn_t  *conn;

    conn = ngx_pcalloc(db->pool, sizeof(api_db_conn_t));

    conn->read = db->read;
    conn->db = db;
    conn->state = API_DB_CONN_CONNECTING;

    conn->timer.data = conn;
    conn->timer.handler = engine_silent;
    conn->timer.log = db->log;
    conn->post.data = conn;
    conn->post.handler = engine_silent;
    conn->post.log = db->log;

    ngx_queue_init(&conn->pending);
    ngx_queue_init(&conn->segments);
    ngx_queue_init(&conn->questions);

    ngx_queue_insert_head(&db->conns[conn->state], &conn->queue);
    db->counts[conn->state]++;

    return conn;
}


api_db_job_t *
engine_busy(api_db_conn_t *conn, const api_db_plan_t *plan)
{
    api_db_t          *db;
    ngx_queue_t       *q;
    api_db_job_t      *job;
    api_db_flight_t   *flight;
    api_db_segment_t  *segment;

    db = conn->db;
    job = engine_job(db, plan);

    if (api_db_pipeline_queue(conn, job, api_db_lane_of(db, job)
                                         == API_DB_ALONE)
        != NGX_OK)
    {
        abort();
    }

    q = ngx_queue_last(&conn->pending);
    flight = ngx_queue_data(q, api_db_flight_t, queue);

    segment = api_db_stock_segment(db);

    ngx_queue_remove(&flight->queue);
    ngx_queue_insert_tail(&segment->flights, &flight->queue);
    ngx_queue_insert_tail(&conn->segments, &segment->queue);

    flight->segment = segment;
    segment->nflights = 1;
    segment->sent = api_db_now();
    segment->expected = api_db_cost_expected(db, plan);
    segment->load = flight->load;

    if (conn->post.posted) {
        ngx_delete_posted_event((&conn->post));
    }

    return job;
}


ngx_uint_t
engine_on(const api_db_job_t *job, const api_db_conn_t *conn)
{
    const api_db_flight_t  *flight;

    flight = job->flight;

    return flight != NULL && flight->conn == conn;
}


void
engine_answer(api_db_conn_t *conn)
{
    ngx_queue_t       *q;
    api_db_flight_t   *flight;
    api_db_segment_t  *segment;

    q = ngx_queue_head(&conn->segments);
    segment = ngx_queue_data(q, api_db_segment_t, queue);

    q = ngx_queue_head(&segment->flights);
    flight = ngx_queue_data(q, api_db_flight_t, queue);

    conn->woken = api_db_now();

    api_db_cost_completed(conn, segment, flight->plan, 1);
    api_db_cost_measure(conn);

    conn->moved = api_db_now();

    ngx_queue_remove(&segment->queue);

    conn->in_flight--;
    conn->backlog -= segment->load;

    api_db_pack_taken(flight);
    api_db_conn_rest(conn);
}


/* nobody has an answer but engine_answer() */

static void
engine_silent(ngx_event_t *ev)
{
    (void) ev;
}


static void
engine_done(api_db_job_t *job, api_db_outcome_e outcome,
    const struct pg_result *res, ngx_uint_t step)
{
    (void) res;
    (void) step;

    engine.nended++;
    engine.ended = job;
    engine.outcome = outcome;
}


/* ---- what has a socket: the linker takes these instead (--wrap) ---- */


ngx_int_t __wrap_api_db_connect_open(api_db_t *db, api_db_lane_e mode);
void __wrap_api_db_close(api_db_conn_t *conn);
void __wrap_api_db_close_drained(api_db_conn_t *conn);
void __wrap_api_db_close_cut(api_db_conn_t *conn);
void __wrap_api_db_cancel_stop(api_db_conn_t *conn);
void __wrap_api_db_leave_idle(api_db_t *db);
void __wrap_api_db_leave_now(api_db_t *db);
void __wrap_api_db_finish_release(api_db_t *db);
void __wrap_api_db_doubt_run(api_db_t *db);
void __wrap_api_db_learn_run(api_db_t *db);
void __wrap_api_db_wake_join(api_db_wake_t *wake, ngx_log_t *log);
void __wrap_api_db_wake_leave(api_db_wake_t *wake);
ngx_uint_t __wrap_api_db_wake_ready(void);
ngx_uint_t __wrap_api_db_wake_channel(void);
void __wrap_api_db_wake_send(ngx_uint_t channels);


ngx_int_t
__wrap_api_db_connect_open(api_db_t *db, api_db_lane_e mode)
{
    if (engine.open != NGX_OK) {
        return engine.open;
    }

    engine.opened++;
    engine_coming(db)->mode = mode;

    return NGX_OK;
}


void
__wrap_api_db_close(api_db_conn_t *conn)
{
    engine.closed++;

    api_db_lane_unreserve(conn);
    api_db_conn_state(conn, API_DB_CONN_CLOSED);
}


void
__wrap_api_db_close_drained(api_db_conn_t *conn)
{
    if (conn->state == API_DB_CONN_DRAINING && api_db_conn_empty(conn)) {
        __wrap_api_db_close(conn);
    }
}


void
__wrap_api_db_close_cut(api_db_conn_t *conn)
{
    engine.cut++;

    ngx_queue_init(&conn->pending);
    ngx_queue_init(&conn->segments);
    conn->in_flight = 0;

    __wrap_api_db_close(conn);
}


void
__wrap_api_db_cancel_stop(api_db_conn_t *conn)
{
    engine.stopped++;

    conn->stopped = 1;
}


void
__wrap_api_db_leave_idle(api_db_t *db)
{
    (void) db;
}


void
__wrap_api_db_leave_now(api_db_t *db)
{
    (void) db;
}


void
__wrap_api_db_finish_release(api_db_t *db)
{
    (void) db;
}


void
__wrap_api_db_doubt_run(api_db_t *db)
{
    (void) db;
}


void
__wrap_api_db_learn_run(api_db_t *db)
{
    (void) db;
}


void
__wrap_api_db_wake_join(api_db_wake_t *wake, ngx_log_t *log)
{
    (void) wake;
    (void) log;
}


void
__wrap_api_db_wake_leave(api_db_wake_t *wake)
{
    (void) wake;
}


ngx_uint_t
__wrap_api_db_wake_ready(void)
{
    return 1;
}


ngx_uint_t
__wrap_api_db_wake_channel(void)
{
    return (ngx_uint_t) ngx_process_slot;
}


void
__wrap_api_db_wake_send(ngx_uint_t channels)
{
    engine.woken |= channels;
}
