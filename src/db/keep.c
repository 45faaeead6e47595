
#include "db/keep.h"
#include "db/cancel.h"
#include "db/conn.h"
#include "db/connect.h"
#include "db/finish.h"
#include "db/line.h"


#define API_DB_KEEP_FIRST     100        /* ms: the shortest pause */
#define API_DB_KEEP_LONGEST   32000      /* ms */
#define API_DB_KEEP_URGENT    500        /* ms: while jobs still wait */
#define API_DB_KEEP_ASKED     4000       /* ms: while clients are refused */
#define API_DB_KEEP_GATE      20         /* ms: to ask the limit again */
#define API_DB_KEEP_AT_ONCE   2          /* connections being opened */
#define API_DB_KEEP_TURN      100        /* ms a scarce one is kept at least */
#define API_DB_KEEP_LOOK      50         /* ms: does anyone have none? */


static void api_db_keep_run_handler(ngx_event_t *ev);
static void api_db_keep_retry_handler(ngx_event_t *ev);
static void api_db_keep_maintain_handler(ngx_event_t *ev);
static void api_db_keep_end(api_db_t *db);
static void api_db_keep_open(api_db_t *db);
static ngx_uint_t api_db_keep_short(const api_db_t *db);
static void api_db_keep_pause(api_db_t *db, ngx_msec_t msec);
static void api_db_keep_want(api_db_t *db, ngx_uint_t on);
static void api_db_keep_yield(api_db_t *db);
static ngx_uint_t api_db_keep_worn(const api_db_conn_t *conn);
static ngx_uint_t api_db_keep_spare(const api_db_conn_t *conn);
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
}


void
api_db_keep_stop(api_db_t *db)
{
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


void
api_db_keep_run(api_db_t *db)
{
    ngx_post_event((&db->run), &ngx_posted_events);
}


static void
api_db_keep_run_handler(ngx_event_t *ev)
{
    api_db_t  *db;

    db = ev->data;

    if (db->ending) {
        api_db_keep_end(db);
        return;
    }

    api_db_finish_release(db);
    api_db_line_serve(db);
    api_db_keep_open(db);

    /* those who wait for a connection that cannot be opened reserve one */

    if (db->waiting) {
        api_db_line_serve(db);
        db->want = 0;
    }

    api_db_keep_yield(db);
}


static void
api_db_keep_open(api_db_t *db)
{
    ngx_int_t      rc;
    api_db_lane_e  mode;

    while (api_db_keep_short(db)) {

        /* reads first: one connection serves many of them */

        mode = api_db_open_count(db) == 0
               || (db->lines[API_DB_WRITE].reserved == NULL
                   && !ngx_queue_empty(&db->lines[API_DB_READ].jobs))
               ? API_DB_READ : API_DB_WRITE;

        rc = api_db_connect_open(db, mode);

        if (rc == NGX_OK) {
            db->want = 0;
            api_db_keep_want(db, 0);
            continue;
        }

        db->gate_shut = rc == NGX_BUSY;

        if (rc == NGX_BUSY && db->waiting && api_db_open_count(db) == 0) {
            api_db_keep_want(db, 1);
        }

        api_db_keep_pause(db, API_DB_KEEP_GATE
                          * (ngx_msec_t) (db->waiting ? 1 : 10));
    }

    db->want = 0;
}


static ngx_uint_t
api_db_keep_short(const api_db_t *db)
{
    ngx_uint_t  n, coming;

    n = api_db_open_count(db);
    coming = api_db_coming_count(db);

    if (n >= db->share
        || db->retry.timer_set
        || coming >= (ngx_uint_t) (db->failures ? 1 : API_DB_KEEP_AT_ONCE))
    {
        return 0;
    }

    if (ngx_exiting) {
        return db->waiting && n == 0;
    }

    return n < db->minimum || (db->waiting && n == 0)
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

    api_db_keep_run(db);
}


void
api_db_keep_connected(api_db_t *db)
{
    if (db->failures) {
        ngx_log_error(NGX_LOG_NOTICE, db->log, 0,
                      "connected to PostgreSQL again, api_postgres: \"%V\"",
                      &db->conf->name);
    }

    db->failures = 0;
    db->pause = 0;

    if (db->retry.timer_set) {
        ngx_del_timer(&db->retry);
        db->gate_shut = 0;
    }

    api_db_keep_run(db);
}


void
api_db_keep_failed(api_db_t *db)
{
    ngx_msec_t  pause, longest;

    if (db->failures++ == 0) {
        db->failing = ngx_current_msec;
    }

    pause = db->pause ? db->pause * 2 : API_DB_KEEP_FIRST;

    longest = API_DB_KEEP_LONGEST;

    if (api_db_keep_away(db) && !api_db_keep_gone(db)) {
        longest = API_DB_KEEP_URGENT;

    } else if (db->asked) {
        longest = API_DB_KEEP_ASKED;
    }

    pause = ngx_min(pause, longest);

    db->pause = pause;
    db->asked = 0;

    /* not all workers, and not all servers, at the same moment */

    pause = pause / 2 + (ngx_msec_t) ngx_random() % (pause / 2 + 1);

    if (db->retry.timer_set) {
        ngx_del_timer(&db->retry);
    }

    api_db_keep_pause(db, pause);

    if (api_db_keep_gone(db)) {
        api_db_line_clear(db, API_DB_AWAY);
    }
}


void
api_db_keep_lost(api_db_t *db)
{
    if (api_db_usable_count(db)) {
        return;
    }

    /* whatever failed before: the first attempt from nothing is made at once */

    db->failures = 0;
    db->pause = 0;

    if (db->retry.timer_set) {
        ngx_del_timer(&db->retry);
        db->gate_shut = 0;
    }

    api_db_keep_run(db);
}


ngx_uint_t
api_db_keep_away(const api_db_t *db)
{
    return db->failures && api_db_usable_count(db) == 0
           && db->counts[API_DB_CONN_DRAINING] == 0;
}


ngx_uint_t
api_db_keep_gone(const api_db_t *db)
{
    return api_db_keep_away(db)
           && ngx_current_msec - db->failing > db->conf->acquire_timeout;
}


void
api_db_keep_idle(api_db_conn_t *conn)
{
    api_db_t    *db;
    ngx_msec_t   left;

    db = conn->db;

    if ((ngx_exiting && db->waiting == 0)
        || conn->bloated
        || api_db_keep_worn(conn))
    {
        api_db_conn_close(conn);
        return;
    }

    if (db->waiting || api_db_limit_wanted(&db->limit)) {
        api_db_keep_run(db);
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


void
api_db_keep_exit(api_db_conn_t *conn)
{
    if (conn->wire.c->error) {

        /*
         * worker_shutdown_timeout: nginx closes all that is open, and may not
         * be through with the clients yet
         */

        conn->wire.c->close = 0;
        conn->wire.c->error = 0;
        conn->db->ending = 1;

        api_db_keep_run(conn->db);
        return;
    }

    if (conn->state == API_DB_CONN_IDLE) {
        api_db_conn_close(conn);
        return;
    }

    if ((conn->state == API_DB_CONN_CONNECTING
         || conn->state == API_DB_CONN_SETUP)
        && conn->db->waiting == 0)
    {
        api_db_conn_close(conn);
        return;
    }

    conn->wire.c->close = 0;

    if (conn->state == API_DB_CONN_DRAINING && conn->canceled) {
        api_db_cancel_last(conn);
    }
}


/* the clients are gone: what still runs for them ends, too */

static void
api_db_keep_end(api_db_t *db)
{
    ngx_uint_t      state;
    ngx_queue_t    *q, *next;
    api_db_conn_t  *conn;

    for (state = API_DB_CONN_CONNECTING; state < API_DB_CONN_STATES; state++) {

        for (q = ngx_queue_head(&db->conns[state]);
             q != ngx_queue_sentinel(&db->conns[state]);
             q = next)
        {
            next = ngx_queue_next(q);
            conn = ngx_queue_data(q, api_db_conn_t, queue);

            if (state < API_DB_CONN_BUSY) {
                api_db_conn_close(conn);

            } else if (!conn->last) {
                conn->last = 1;
                api_db_cancel_last(conn);
            }
        }
    }

    api_db_line_clear(db, API_DB_AWAY);
}


/* this worker has jobs and no connection: the others shall know */

static void
api_db_keep_want(api_db_t *db, ngx_uint_t on)
{
    if (db->wanted != on) {
        db->wanted = on ? 1 : 0;
        api_db_limit_want(&db->limit, on);
    }
}


/* another worker has none: one of ours goes, when it has served a while */

static void
api_db_keep_yield(api_db_t *db)
{
    ngx_uint_t      state;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    if (db->wanted && db->waiting == 0) {
        api_db_keep_want(db, 0);
    }

    if (!api_db_limit_wanted(&db->limit)
        || db->counts[API_DB_CONN_DRAINING]
        || (ngx_msec_int_t) (db->yielded - ngx_current_msec) > 0)
    {
        return;
    }

    for (state = API_DB_CONN_IDLE; state <= API_DB_CONN_BUSY; state++) {

        if (ngx_queue_empty(&db->conns[state])) {
            continue;
        }

        q = ngx_queue_last(&db->conns[state]);
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (ngx_current_msec - conn->born < API_DB_KEEP_TURN) {
            continue;
        }

        /* those who had none come first */

        db->yielded = ngx_current_msec + API_DB_KEEP_TURN;
        db->gate_shut = 1;
        api_db_keep_pause(db, API_DB_KEEP_TURN);

        api_db_conn_drain(conn, 0);
        api_db_conn_settle(conn);
        return;
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
            api_db_conn_close(conn);
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
    api_db_keep_run(db);
}


static void
api_db_keep_schedule(api_db_t *db, ngx_msec_t next)
{
    if (api_db_usable_count(db) == 0) {
        return;
    }

    next = ngx_max(next, 1000);

    if (db->scarce) {
        next = API_DB_KEEP_LOOK;
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
           && api_db_open_count(db) > db->minimum
           && ngx_current_msec - conn->used >= db->conf->idle_timeout;
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
        spare = idle < timeout ? timeout - idle : 0;
        left = ngx_min(left, spare);
    }

    return left;
}
