
#include "db/stall.h"
#include "db/cancel.h"
#include "db/close.h"
#include "db/cost.h"
#include "db/due.h"
#include "db/lane.h"
#include "db/line.h"
#include "db/pipeline.h"
#include "db/segment.h"
#include "db/slow.h"
#include "db/tell.h"


#define API_DB_STALL_LOOKS    3          /* that find the same one */
#define API_DB_STALL_TIMES    3          /* what was expected, */
#define API_DB_STALL_LEAST    8000       /* µs, at least */
#define API_DB_STALL_ABANDON  100000     /* µs: a read that ends by itself is
                                            cheaper than a new connection, */
#define API_DB_STALL_STOP     40000      /* µs: and than a cancel request */
#define API_DB_STALL_MOVES    3          /* of a job */
#define API_DB_STALL_PROOF    50000      /* µs: slow, and not only unlucky, */
#define API_DB_STALL_MANY     8          /* jobs of a plan */
#define API_DB_STALL_OTHERS   4          /* when so many jobs were not */


/* where may those go that wait behind a stalled one? */
typedef enum {
    API_DB_STALL_TRY = 0,      /* to connections that there are */
    API_DB_STALL_GROW,         /* to one that can be opened */
    API_DB_STALL_FORCE         /* into the line, if need be: here they get
                                  nothing */
} api_db_stall_e;


typedef void (*api_db_stall_pt)(api_db_conn_t *conn, uint64_t now);


static void api_db_stall_handler(ngx_event_t *ev);
static void api_db_stall_each(api_db_t *db, uint64_t now,
    api_db_stall_pt do_it);
static void api_db_stall_look(api_db_conn_t *conn, uint64_t now);
static void api_db_stall_relieve(api_db_conn_t *conn, uint64_t now);
static api_db_segment_t *api_db_stall_head(const api_db_conn_t *conn,
    uint64_t *since);
static void api_db_stall_doubt(api_db_conn_t *conn,
    const api_db_segment_t *head);
static ngx_uint_t api_db_stall_begins(api_db_conn_t *conn,
    const api_db_segment_t *head, uint64_t elapsed);
static ngx_uint_t api_db_stall_stops(const api_db_conn_t *conn,
    const api_db_segment_t *head);
static ngx_uint_t api_db_stall_useless(const api_db_conn_t *conn);
static void api_db_stall_slow(api_db_conn_t *conn,
    const api_db_segment_t *head, uint64_t elapsed);
static void api_db_stall_disperse(api_db_conn_t *conn,
    api_db_stall_e how);
static void api_db_stall_move(api_db_conn_t *conn, api_db_flight_t *flight,
    ngx_uint_t suspect, api_db_stall_e how);
static ngx_uint_t api_db_stall_movable(const api_db_conn_t *conn,
    const api_db_flight_t *flight, api_db_stall_e how);
static ngx_uint_t api_db_stall_deserted(const api_db_segment_t *segment);


void
api_db_stall_init(api_db_t *db)
{
    db->look.data = db;
    db->look.handler = api_db_stall_handler;
    db->look.log = db->log;

    /* what is in flight has timers that keep a worker from exiting */

    db->look.cancelable = 1;
}


void
api_db_stall_stop(api_db_t *db)
{
    if (db->look.timer_set) {
        ngx_del_timer(&db->look);
    }
}


static void
api_db_stall_handler(ngx_event_t *ev)
{
    uint64_t     now;
    api_db_t    *db;
    ngx_uint_t   slow;

    db = ev->data;

    now = api_db_now();
    slow = db->slow;

    /*
     * Which have stalled is known of all before anything is moved: what is
     * moved must not take the last connection that goes on for what is fast
     */

    api_db_stall_each(db, now, api_db_stall_look);
    api_db_stall_each(db, now, api_db_stall_relieve);

    if (db->slow != slow || db->want) {
        api_db_due(db);
    }

    if (db->counts[API_DB_CONN_BUSY] || db->counts[API_DB_CONN_DRAINING]) {
        api_db_due_look(db);
    }
}


/* each connection that has something in flight; it may be closed meanwhile */

static void
api_db_stall_each(api_db_t *db, uint64_t now, api_db_stall_pt do_it)
{
    ngx_uint_t      state;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    for (state = API_DB_CONN_BUSY; state <= API_DB_CONN_DRAINING; state++) {

        for (q = ngx_queue_head(&db->conns[state]);
             q != ngx_queue_sentinel(&db->conns[state]);
             /* void */ )
        {
            conn = ngx_queue_data(q, api_db_conn_t, queue);
            q = ngx_queue_next(q);

            if (!ngx_queue_empty(&conn->segments)) {
                do_it(conn, now);
            }
        }
    }
}


static void
api_db_stall_look(api_db_conn_t *conn, uint64_t now)
{
    uint64_t           since;
    api_db_segment_t  *head;

    head = api_db_stall_head(conn, &since);

    if (conn->stalled == since) {
        return;
    }

    /* the one that had stalled is done */

    conn->stalled = 0;

    if (!conn->exclusive) {
        api_db_slow_eased(conn);
    }

    if (api_db_stall_begins(conn, head, now > since ? now - since : 0)) {
        conn->stalled = since;
        conn->others = conn->db->completed;

        api_db_stall_doubt(conn, head);
    }
}


static void
api_db_stall_relieve(api_db_conn_t *conn, uint64_t now)
{
    uint64_t           since, elapsed;
    api_db_segment_t  *head;

    head = api_db_stall_head(conn, &since);
    elapsed = now > since ? now - since : 0;

    if (elapsed > API_DB_STALL_STOP && api_db_stall_stops(conn, head)) {
        api_db_cancel_stop(conn);
        return;
    }

    /* the only one, and cancelled: that has its own time to end */

    if (elapsed > API_DB_STALL_ABANDON && !conn->stopped
        && !(conn->canceled && conn->in_flight <= 1)
        && api_db_stall_deserted(head))
    {

        /* nothing is to come back to this one */

        conn->stalled = since;

        api_db_stall_disperse(conn, API_DB_STALL_FORCE);

        if (api_db_stall_useless(conn)) {
            api_db_close_cut(conn);
            return;
        }
    }

    if (conn->stalled != since) {
        return;
    }

    if (elapsed > API_DB_COST_SLOW) {
        api_db_stall_slow(conn, head, elapsed);
    }

    api_db_stall_disperse(conn, elapsed > API_DB_COST_SLOW
                                ? API_DB_STALL_GROW : API_DB_STALL_TRY);
}


/* what the server works on; since: when it began with it, µs */

static api_db_segment_t *
api_db_stall_head(const api_db_conn_t *conn, uint64_t *since)
{
    ngx_queue_t       *q;
    api_db_segment_t  *head;

    q = ngx_queue_head(&conn->segments);
    head = ngx_queue_data(q, api_db_segment_t, queue);

    *since = ngx_max(head->sent, conn->moved);

    return head;
}


/*
 * Many of a plan are under way and one of them stalls: until it gets on, the
 * others are not put where they would stop what is innocent
 */

static void
api_db_stall_doubt(api_db_conn_t *conn, const api_db_segment_t *head)
{
    ngx_queue_t      *q;
    api_db_cost_t    *cost;
    api_db_flight_t  *flight;

    if (head->nflights != 1 || conn->doubted) {
        return;
    }

    q = ngx_queue_head(&head->flights);
    flight = ngx_queue_data(q, api_db_flight_t, queue);

    cost = &conn->db->costs[flight->plan->id];

    if (cost->flights >= API_DB_STALL_MANY) {
        conn->doubted = flight->plan;
        cost->doubted++;
    }
}


static ngx_uint_t
api_db_stall_begins(api_db_conn_t *conn, const api_db_segment_t *head,
    uint64_t elapsed)
{
    uint64_t  since;

    /*
     * The answer may have come since this turn's events were asked for, and
     * where this process had no processor the server may have had none:
     * elapsed alone says little
     */

    since = ngx_max(head->sent, conn->moved);

    if (conn->noticed != since) {
        conn->noticed = since;
        conn->looks = 0;
    }

    return ++conn->looks >= API_DB_STALL_LOOKS
           && elapsed >= ngx_max(head->expected * API_DB_STALL_TIMES,
                                 API_DB_STALL_LEAST);
}


/* is it a read alone, which can be cancelled by itself? */

static ngx_uint_t
api_db_stall_stops(const api_db_conn_t *conn, const api_db_segment_t *head)
{
    return conn->state == API_DB_CONN_BUSY
           && conn->exclusive
           && conn->in_flight == 1
           && conn->mode == API_DB_READ
           && conn->db->pooler == API_DB_POOLER_OFF
           && !conn->stopped
           && conn->cancel == NULL
           && !head->transaction
           && !ngx_exiting
           && api_db_stall_deserted(head);
}


/* only reads are left, and nobody waits for any: better a new connection? */

static ngx_uint_t
api_db_stall_useless(const api_db_conn_t *conn)
{
    return conn->mode == API_DB_READ
           && api_db_segment_orphaned(conn);
}


static void
api_db_stall_slow(api_db_conn_t *conn, const api_db_segment_t *head,
    uint64_t elapsed)
{
    ngx_queue_t      *q;
    api_db_flight_t  *flight;

    /* of several that share a Sync nobody knows which it is */

    if (head->nflights != 1) {
        api_db_slow(conn);
        return;
    }

    q = ngx_queue_head(&head->flights);
    flight = ngx_queue_data(q, api_db_flight_t, queue);

    api_db_slow_stuck(conn, flight->plan);

    /* where nothing else gets on it is not the statement that is slow */

    if (elapsed > API_DB_STALL_PROOF
        && conn->db->completed - conn->others >= API_DB_STALL_OTHERS)
    {
        api_db_cost_running(conn->db, flight->plan, elapsed);
    }
}


static void
api_db_stall_disperse(api_db_conn_t *conn, api_db_stall_e how)
{
    ngx_uint_t         suspect;
    ngx_queue_t       *q, *f;
    api_db_segment_t  *segment;

    suspect = 1;

    for (q = ngx_queue_head(&conn->segments);
         q != ngx_queue_sentinel(&conn->segments);
         q = ngx_queue_next(q))
    {
        segment = ngx_queue_data(q, api_db_segment_t, queue);

        /* the head itself goes on where it is */

        if (!suspect || segment->nflights > 1) {

            for (f = ngx_queue_head(&segment->flights);
                 f != ngx_queue_sentinel(&segment->flights);
                 f = ngx_queue_next(f))
            {
                api_db_stall_move(conn,
                                  ngx_queue_data(f, api_db_flight_t, queue),
                                  suspect, how);
            }
        }

        suspect = 0;
    }

    for (f = ngx_queue_head(&conn->pending);
         f != ngx_queue_sentinel(&conn->pending);
         /* void */ )
    {
        q = f;
        f = ngx_queue_next(f);

        api_db_stall_move(conn, ngx_queue_data(q, api_db_flight_t, queue), 0,
                          how);
    }
}


static void
api_db_stall_move(api_db_conn_t *conn, api_db_flight_t *flight,
    ngx_uint_t suspect, api_db_stall_e how)
{
    ngx_uint_t      sent, want, alone;
    api_db_t       *db;
    api_db_job_t   *job;
    api_db_conn_t  *other;

    db = conn->db;
    job = flight->job;
    sent = flight->segment != NULL;

    if (job == NULL || (sent && !api_db_stall_movable(conn, flight, how))) {
        return;
    }

    alone = job->alone;
    job->alone = (suspect || alone) ? 1 : 0;

    want = db->want;
    other = api_db_lane_pick(db, job, API_DB_LANES);

    /* where all are short of a processor more connections do not help */

    if (how == API_DB_STALL_TRY
        && (db->counts[API_DB_CONN_IDLE] || api_db_coming_count(db)))
    {
        db->want = want ? 1 : 0;
    }

    if (other == NULL
        && (how == API_DB_STALL_TRY
            || (how == API_DB_STALL_GROW && !api_db_lane_growing(db))))
    {
        job->alone = alone ? 1 : 0;
        return;
    }

    if (sent) {
        if (job->moved < API_DB_STALL_MOVES) {
            job->moved++;
        }

        api_db_tell(job, .event = API_EVENT_JOB_REPLAYED, .word = "stalled");
    }

    if (suspect) {
        job->single = 1;
    }

    job->flight = NULL;
    flight->job = NULL;

    if (!sent) {
        api_db_pipeline_unqueue(flight);
    }

    if (other == NULL
        || api_db_pipeline_queue(other, job, api_db_lane_of(db, job)
                                             == API_DB_ALONE)
           != NGX_OK)
    {
        api_db_line_return(db, job);
    }
}


/* what was sent may be sent again, but not for ever */

static ngx_uint_t
api_db_stall_movable(const api_db_conn_t *conn, const api_db_flight_t *flight,
    api_db_stall_e how)
{
    return flight->plan->read_only
           && !flight->delivered
           && conn->mode == API_DB_READ
           && !api_db_lane_transaction(conn->db, flight->plan)
           && (how == API_DB_STALL_FORCE
               || flight->job->moved < API_DB_STALL_MOVES);
}


/* does nobody wait for anything in it? */

static ngx_uint_t
api_db_stall_deserted(const api_db_segment_t *segment)
{
    ngx_queue_t      *q;
    api_db_flight_t  *flight;

    for (q = ngx_queue_head(&segment->flights);
         q != ngx_queue_sentinel(&segment->flights);
         q = ngx_queue_next(q))
    {
        flight = ngx_queue_data(q, api_db_flight_t, queue);

        if (flight->job) {
            return 0;
        }
    }

    return !ngx_queue_empty(&segment->flights);
}
