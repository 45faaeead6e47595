
#include "db/keep.h"
#include "db/backoff.h"
#include "db/close.h"
#include "db/conn.h"
#include "db/connect.h"
#include "db/doubt.h"
#include "db/inquiry.h"
#include "db/due.h"
#include "db/finish.h"
#include "db/lane.h"
#include "db/learn.h"
#include "db/leave.h"
#include "db/line.h"
#include "db/yield.h"


#define API_DB_KEEP_GATE      20         /* ms: to ask the limit again */
#define API_DB_KEEP_AT_ONCE   4          /* connections being opened */
#define API_DB_KEEP_LOOK      100        /* ms: while jobs wait for one */
#define API_DB_KEEP_PACE      50         /* ms: between those for trials */
#define API_DB_KEEP_DEAF      500        /* ms: where nobody can be woken */


static void api_db_keep_run_handler(ngx_event_t *ev);
static void api_db_keep_retry_handler(ngx_event_t *ev);
static void api_db_keep_maintain_handler(ngx_event_t *ev);
static void api_db_keep_open(api_db_t *db);
static api_db_lane_e api_db_keep_mode(const api_db_t *db);
static ngx_uint_t api_db_keep_short(const api_db_t *db);
static void api_db_keep_pause(api_db_t *db, ngx_msec_t msec);
static void api_db_keep_claim(api_db_t *db);
static ngx_uint_t api_db_keep_needs(api_db_t *db);
static void api_db_keep_woken(void *data);
static void api_db_keep_idle(api_db_conn_t *conn);
static ngx_uint_t api_db_keep_worn(const api_db_conn_t *conn);
static ngx_uint_t api_db_keep_spare(const api_db_conn_t *conn);
static ngx_uint_t api_db_keep_above(const api_db_t *db);
static void api_db_keep_schedule(api_db_t *db, ngx_msec_t next);
static ngx_msec_t api_db_keep_left(const api_db_conn_t *conn);


void
api_db_keep_init(api_db_t *db)
{
    db->run.data = db;
    db->run.handler = api_db_keep_run_handler;
    db->run.log = db->log;

    /* none of these keeps an idle worker from exiting */

    db->run.cancelable = 1;

    db->retry.data = db;
    db->retry.handler = api_db_keep_retry_handler;
    db->retry.log = db->log;
    db->retry.cancelable = 1;

    db->maintain.data = db;
    db->maintain.handler = api_db_keep_maintain_handler;
    db->maintain.log = db->log;
    db->maintain.cancelable = 1;

    db->wake.handler = api_db_keep_woken;
    db->wake.data = db;

    api_db_wake_join(&db->wake, db->log);
}


void
api_db_keep_stop(api_db_t *db)
{
    api_db_wake_leave(&db->wake);

    if (db->run.posted) {
        ngx_delete_posted_event((&db->run));
    }

    if (db->run.timer_set) {
        ngx_del_timer(&db->run);
    }

    if (db->retry.timer_set) {
        ngx_del_timer(&db->retry);
    }

    if (db->maintain.timer_set) {
        ngx_del_timer(&db->maintain);
    }

    if (db->expire.timer_set) {
        ngx_del_timer(&db->expire);
    }
}


static void
api_db_keep_run_handler(ngx_event_t *ev)
{
    api_db_t  *db;

    db = ev->data;

    if (db->ending) {
        api_db_leave_now(db);
        return;
    }

    api_db_finish_release(db);
    api_db_doubt_run(db);
    api_db_inquiry_run(db);
    api_db_learn_run(db);
    api_db_line_serve(db);
    api_db_keep_open(db);

    /* those who wait for a connection that cannot be opened reserve one */

    if (db->waiting) {
        api_db_line_serve(db);
        db->want = 0;
    }

    /* what other workers have meanwhile nobody tells */

    if (db->waiting) {
        api_db_due_in(db, api_db_lane_trying(db) ? API_DB_KEEP_PACE
                                                 : API_DB_KEEP_LOOK);
    }

    api_db_yield(db);

    if (ngx_exiting && db->waiting == 0) {
        api_db_leave_idle(db);
    }
}


static void
api_db_keep_open(api_db_t *db)
{
    ngx_int_t  rc;

    while (api_db_keep_short(db)) {

        rc = api_db_connect_open(db, api_db_keep_mode(db));

        if (rc == NGX_OK) {
            db->opened = ngx_current_msec;
            db->want = api_db_keep_needs(db) ? 1 : 0;
            continue;
        }

        if (rc == NGX_BUSY) {

            /*
             * Others have them all, so the server is there: what comes waits
             * for one, and asks for it
             */

            db->failures = 0;
            db->pause = 0;

            db->gate_shut = 1;
            db->gate = ngx_current_msec + API_DB_KEEP_GATE;
            break;
        }

        api_db_keep_pause(db, API_DB_KEEP_LOOK);
    }

    db->want = 0;

    api_db_keep_claim(db);
}


/* reads first: one connection serves many of them */

static api_db_lane_e
api_db_keep_mode(const api_db_t *db)
{
    ngx_queue_t         *q;
    const api_db_job_t  *job;

    if (api_db_open_count(db) == 0
        || (db->lines[API_DB_WRITE].reserved == NULL
            && !ngx_queue_empty(&db->lines[API_DB_READ].jobs)))
    {
        return API_DB_READ;
    }

    if (!ngx_queue_empty(&db->lines[API_DB_WRITE].jobs)
        || ngx_queue_empty(&db->lines[API_DB_ALONE].jobs))
    {
        return API_DB_WRITE;
    }

    q = db->lines[API_DB_ALONE].jobs.next;
    job = ngx_queue_data(q, api_db_job_t, queue);

    return job->plan->read_only ? API_DB_READ : API_DB_WRITE;
}


/* at the limit: the others are told what is needed, and asked again later */

static void
api_db_keep_claim(api_db_t *db)
{
    ngx_uint_t  needs, below;
    ngx_msec_t  after;

    if (!api_db_backoff_gated(db)) {
        api_db_limit_want(&db->limit, 0, 0, 0);
        return;
    }

    needs = api_db_keep_needs(db);
    below = !ngx_exiting && api_db_open_count(db) < db->minimum;

    api_db_limit_want(&db->limit, needs, needs && api_db_lane_waits(db), below);

    after = db->limit.after ? db->limit.after + 1 : API_DB_KEEP_LOOK;

    if (needs || (below && db->limit.after)) {
        api_db_keep_pause(db, ngx_min(after, API_DB_KEEP_LOOK));
    }
}


/* connections that jobs wait for, but for those that come already */

static ngx_uint_t
api_db_keep_needs(api_db_t *db)
{
    ngx_uint_t  n, coming, open;

    if (db->failures || db->waiting == 0) {
        return 0;
    }

    n = api_db_lane_needs(db);

    n += ngx_queue_empty(&db->lines[API_DB_READ].jobs) ? 0 : 1;
    n += ngx_queue_empty(&db->lines[API_DB_WRITE].jobs) ? 0 : 1;

    open = api_db_open_count(db);
    coming = api_db_coming_count(db);

    n = open < db->limit.max ? ngx_min(n, db->limit.max - open) : 0;

    return n > coming ? n - coming : 0;
}


/* somebody needs a connection, or has given one back */

static void
api_db_keep_woken(void *data)
{
    api_db_t  *db;

    db = data;

    if (db->gate_shut) {
        db->gate_shut = 0;

        if (db->retry.timer_set && db->failures == 0) {
            ngx_del_timer(&db->retry);
        }
    }

    api_db_due(db);
}


static ngx_uint_t
api_db_keep_short(const api_db_t *db)
{
    ngx_uint_t  n, coming, most, trying;

    n = api_db_open_count(db);
    coming = api_db_coming_count(db);

    /*
     * Each takes the server some milliseconds that what is fast needs; and
     * clients who try something that has become slow often leave soon
     */

    trying = api_db_lane_trying(db);
    most = db->failures || trying ? 1 : API_DB_KEEP_AT_ONCE;

    if (db->first
        || n >= db->limit.max
        || db->retry.timer_set
        || api_db_backoff_gated(db)
        || coming >= most
        || (trying && ngx_current_msec - db->opened < API_DB_KEEP_PACE))
    {
        return 0;
    }

    if (ngx_exiting && db->waiting == 0) {
        return 0;
    }

    /* who has told clients that nobody is there sees whether that is over */

    return (n < db->minimum && !ngx_exiting)
           || (n == 0 && (db->waiting || db->failures))
           || (db->want && coming < 1 + db->waiting);
}


static void
api_db_keep_pause(api_db_t *db, ngx_msec_t msec)
{
    if (!db->retry.timer_set) {
        ngx_add_timer(&db->retry, msec);
    }
}


static void
api_db_keep_retry_handler(ngx_event_t *ev)
{
    api_db_t  *db;

    db = ev->data;

    db->gate_shut = 0;

    api_db_due(db);
}


void
api_db_keep_settle(api_db_conn_t *conn)
{
    api_db_conn_rest(conn);

    if (conn->state == API_DB_CONN_IDLE) {
        api_db_keep_idle(conn);
        return;
    }

    api_db_close_drained(conn);
}


/* it is idle, and may be closed now */

static void
api_db_keep_idle(api_db_conn_t *conn)
{
    api_db_t    *db;
    ngx_msec_t   left;

    db = conn->db;

    if ((ngx_exiting && db->waiting == 0)
        || conn->bloated
        || api_db_keep_worn(conn)
        || api_db_yield_due(db))
    {
        api_db_close(conn);
        return;
    }

    if (db->waiting || api_db_limit_wanted(&db->limit)) {
        api_db_due(db);
    }

    /* the timer may stand for a lifetime, from when there were fewer */

    left = ngx_max(api_db_keep_left(conn), 1000);

    if (!db->maintain.timer_set
        || (ngx_msec_int_t) (db->maintain.timer.key - ngx_current_msec - left)
           > 1000)
    {
        api_db_keep_schedule(db, left);
    }
}


static void
api_db_keep_maintain_handler(ngx_event_t *ev)
{
    api_db_t       *db;
    ngx_uint_t      drained;
    ngx_msec_t      next, left;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    db = ev->data;

    next = NGX_TIMER_INFINITE;

    for (q = db->conns[API_DB_CONN_IDLE].prev;
         q != &db->conns[API_DB_CONN_IDLE];
         /* void */ )
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);
        q = q->prev;

        if (api_db_keep_worn(conn) || api_db_keep_spare(conn)) {
            api_db_close(conn);
            continue;
        }

        left = api_db_keep_left(conn);
        next = ngx_min(next, left);
    }

    /* one after the other: the rest goes on serving */

    drained = db->counts[API_DB_CONN_DRAINING];

    for (q = db->conns[API_DB_CONN_BUSY].prev;
         q != &db->conns[API_DB_CONN_BUSY];
         /* void */ )
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);
        q = q->prev;

        if (!drained && api_db_keep_worn(conn)) {
            drained = 1;
            api_db_conn_drain(conn, 0);
            continue;
        }

        left = api_db_keep_left(conn);
        next = ngx_min(next, left);
    }

    api_db_keep_schedule(db, next);
    api_db_due(db);
}


static void
api_db_keep_schedule(api_db_t *db, ngx_msec_t next)
{
    if (api_db_usable_count(db) == 0) {
        return;
    }

    next = ngx_max(next, 1000);

    if (!api_db_wake_ready()) {
        next = ngx_min(next, API_DB_KEEP_DEAF);
    }

    if (next < NGX_TIMER_INFINITE / 2) {
        ngx_add_timer(&db->maintain, next);
    }
}


static ngx_uint_t
api_db_keep_worn(const api_db_conn_t *conn)
{
    return conn->lifetime && ngx_current_msec - conn->born >= conn->lifetime;
}


static ngx_uint_t
api_db_keep_spare(const api_db_conn_t *conn)
{
    const api_db_t  *db;

    db = conn->db;

    return db->conf->idle_timeout
           && ngx_current_msec - conn->used >= db->conf->idle_timeout
           && api_db_keep_above(db);
}


/* has the server more than it keeps, and this worker more than its part? */

static ngx_uint_t
api_db_keep_above(const api_db_t *db)
{
    ngx_uint_t  n;

    n = api_db_open_count(db);

    return n > db->minimum
           && api_db_limit_total(&db->limit, n) > db->conf->min_connections;
}


/* until a connection is worn out or may be spared */

static ngx_msec_t
api_db_keep_left(const api_db_conn_t *conn)
{
    ngx_msec_t  left, spare, age, idle, timeout;

    left = NGX_TIMER_INFINITE;
    age = ngx_current_msec - conn->born;
    idle = ngx_current_msec - conn->used;
    timeout = conn->db->conf->idle_timeout;

    if (conn->lifetime) {
        left = age < conn->lifetime ? conn->lifetime - age : 0;
    }

    if (timeout && api_db_open_count(conn->db) > conn->db->minimum) {

        /* those of other workers may have gone first: later they may not */

        spare = idle < timeout ? timeout - idle : timeout;
        left = ngx_min(left, spare);
    }

    return left;
}
