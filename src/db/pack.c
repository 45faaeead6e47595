
#include "db/pack.h"
#include "db/cost.h"
#include "db/readers.h"


#define API_DB_PACK_STALLED    20000     /* µs beyond what was expected */
#define API_DB_PACK_LATE       2000      /* µs beyond twice that: it may be
                                            about to stall */
#define API_DB_PACK_PACKED     3000      /* µs of reads on one connection */
#define API_DB_PACK_JOINED     300       /* µs of writes on one connection */
#define API_DB_PACK_FULL       50000     /* µs: better wait for another */
#define API_DB_PACK_RECENT     1000      /* ms */
#define API_DB_PACK_CROWD      1024      /* jobs of a plan on one connection */


static ngx_uint_t api_db_pack_crowds(const api_db_t *db,
    const api_db_plan_t *plan, uint64_t now);
static api_db_conn_t *api_db_pack_kin(const api_db_t *db,
    const api_db_plan_t *plan, uint64_t now);
static api_db_conn_t *api_db_pack_busy(const api_db_t *db, api_db_lane_e mode,
    ngx_uint_t late, uint64_t now);
static api_db_conn_t *api_db_pack_fullest(const api_db_t *db, uint64_t now);
static api_db_conn_t *api_db_pack_least(api_db_t *db, api_db_lane_e mode,
    uint64_t now);
static api_db_conn_t *api_db_pack_idle(api_db_t *db, api_db_lane_e mode,
    ngx_uint_t head);
static api_db_conn_t *api_db_pack_turn(api_db_t *db, api_db_lane_e mode,
    ngx_uint_t head);
static ngx_uint_t api_db_pack_stalled(const api_db_t *db, api_db_lane_e mode);


void
api_db_pack_given(const api_db_flight_t *flight)
{
    api_db_t  *db;

    db = flight->db;

    db->costs[flight->plan->id].flights++;
    db->costs[flight->plan->id].load += flight->load;

    if (db->latest != flight->plan) {
        db->latest = flight->plan;
        db->mixed = ngx_current_msec;
    }
}


void
api_db_pack_taken(const api_db_flight_t *flight)
{
    flight->db->costs[flight->plan->id].flights--;
    flight->db->costs[flight->plan->id].load -= flight->load;
}


/*
 * Reads fill one connection after the other: a connection more costs more
 * than a short queue.  But one plan does not fill the last one while there
 * are others: should it meet a lock, they have somewhere to go.  Of writes
 * each commit waits for the disk, and several wait for it together only on
 * several connections; but where a commit is cheap they are as reads.
 */

api_db_conn_t *
api_db_pack_pick(api_db_t *db, const api_db_job_t *job, ngx_uint_t head)
{
    uint64_t        now;
    ngx_uint_t      leaves;
    api_db_lane_e   mode;
    api_db_conn_t  *conn;

    now = api_db_now();

    mode = job->plan->read_only ? API_DB_READ : API_DB_WRITE;

    if (mode == API_DB_READ) {
        conn = api_db_pack_kin(db, job->plan, now);

        if (conn) {
            return conn;
        }
    }

    if (mode == API_DB_READ && api_db_pack_crowds(db, job->plan, now)) {
        db->want = 1;
        conn = api_db_pack_fullest(db, now);

        if (conn) {
            return conn;
        }
    }

    conn = api_db_pack_busy(db, mode, mode == API_DB_WRITE, now);
    leaves = conn != NULL || api_db_readers_leave(db, job->plan);

    if (conn == NULL && leaves) {
        conn = api_db_pack_idle(db, mode, head);
    }

    if (conn == NULL) {
        conn = api_db_pack_busy(db, mode, 1, now);
    }

    if (conn == NULL) {
        db->want = 1;
        conn = leaves ? api_db_pack_turn(db, mode, head) : NULL;
    }

    return conn ? conn : api_db_pack_least(db, mode, now);
}


/*
 * One of its own kind is late, and the next one may meet what it has met: they
 * stay together until that is known
 */

static api_db_conn_t *
api_db_pack_kin(const api_db_t *db, const api_db_plan_t *plan, uint64_t now)
{
    ngx_queue_t             *q;
    api_db_conn_t           *conn;
    const api_db_flight_t   *flight;
    const api_db_segment_t  *segment;

    if (db->costs[plan->id].flights == 0) {
        return NULL;
    }

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (!api_db_pack_late(conn, now)) {
            continue;
        }

        q = conn->segments.next;
        segment = ngx_queue_data(q, api_db_segment_t, queue);
        q = segment->flights.next;
        flight = ngx_queue_data(q, api_db_flight_t, queue);
        q = &conn->queue;

        if (segment->nflights == 1 && flight->plan == plan
            && api_db_pack_takes(conn, API_DB_READ, API_DB_PACK_CROWD, now))
        {
            return conn;
        }
    }

    return NULL;
}


ngx_uint_t
api_db_pack_late(const api_db_conn_t *conn, uint64_t now)
{
    uint64_t                 since;
    const api_db_segment_t  *segment;

    if (conn->segments.next == &conn->segments) {
        return 0;
    }

    segment = ngx_queue_data(conn->segments.next, api_db_segment_t, queue);

    since = ngx_max(segment->sent, conn->moved);

    return now > since + 2 * segment->expected + API_DB_PACK_LATE;
}


/* a busy one with room; late: also where that may be a long wait */

static api_db_conn_t *
api_db_pack_busy(const api_db_t *db, api_db_lane_e mode, ngx_uint_t late,
    uint64_t now)
{
    uint64_t        most;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    most = mode == API_DB_READ ? API_DB_PACK_PACKED : API_DB_PACK_JOINED;

    for (q = db->conns[API_DB_CONN_BUSY].prev;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->prev)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (conn->backlog < most
            && api_db_pack_takes(conn, mode, API_DB_IN_FLIGHT, now)
            && (late || !api_db_pack_late(conn, now)))
        {
            return conn;
        }
    }

    return NULL;
}


/*
 * Has this plan filled what it may, while others run as well?  One read
 * connection that it would leave them is the last.
 */

static ngx_uint_t
api_db_pack_crowds(const api_db_t *db, const api_db_plan_t *plan,
    uint64_t now)
{
    ngx_uint_t      n;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    if (db->costs[plan->id].load < API_DB_PACK_PACKED
        || ngx_current_msec - db->mixed > API_DB_PACK_RECENT)
    {
        return 0;
    }

    n = 0;

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        n += conn->backlog < API_DB_PACK_PACKED
             && api_db_pack_takes(conn, API_DB_READ, API_DB_IN_FLIGHT, now);
    }

    for (q = db->conns[API_DB_CONN_IDLE].next;
         q != &db->conns[API_DB_CONN_IDLE];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        n += conn->mode == API_DB_READ && !conn->reserved;
    }

    return n <= 1;
}


/* the busiest that still takes some */

static api_db_conn_t *
api_db_pack_fullest(const api_db_t *db, uint64_t now)
{
    ngx_queue_t    *q;
    api_db_conn_t  *conn, *best;

    best = NULL;

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if ((best == NULL || conn->backlog > best->backlog)
            && conn->backlog < API_DB_PACK_FULL
            && api_db_pack_takes(conn, API_DB_READ, API_DB_PACK_CROWD, now))
        {
            best = conn;
        }
    }

    return best;
}


static api_db_conn_t *
api_db_pack_least(api_db_t *db, api_db_lane_e mode, uint64_t now)
{
    ngx_queue_t    *q;
    api_db_conn_t  *conn, *best;

    best = NULL;

    for (q = ngx_queue_head(&db->conns[API_DB_CONN_BUSY]);
         q != ngx_queue_sentinel(&db->conns[API_DB_CONN_BUSY]);
         q = ngx_queue_next(q))
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if ((best == NULL || conn->backlog < best->backlog)
            && conn->backlog < API_DB_PACK_FULL
            && api_db_pack_takes(conn, mode, API_DB_IN_FLIGHT, now))
        {
            best = conn;
        }
    }

    return best;
}


/* an idle connection of this mode, the one used last */

static api_db_conn_t *
api_db_pack_idle(api_db_t *db, api_db_lane_e mode, ngx_uint_t head)
{
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    for (q = ngx_queue_head(&db->conns[API_DB_CONN_IDLE]);
         q != ngx_queue_sentinel(&db->conns[API_DB_CONN_IDLE]);
         q = ngx_queue_next(q))
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (conn->mode == mode && api_db_pack_open_to(conn, head)) {
            return conn;
        }
    }

    return NULL;
}


/*
 * An idle connection of the other mode, the one used longest ago: but the
 * last of its kind stays what it is while jobs of that kind come, unless this
 * mode has none at all.  One that is late or stalls is there, and another one
 * would soon be, too.
 */

static api_db_conn_t *
api_db_pack_turn(api_db_t *db, api_db_lane_e mode, ngx_uint_t head)
{
    ngx_uint_t      spare;
    ngx_queue_t    *q;
    api_db_lane_e   other;
    api_db_conn_t  *conn;

    other = mode == API_DB_READ ? API_DB_WRITE : API_DB_READ;

    spare = api_db_pack_count(db, other) > 1
            || (api_db_pack_count(db, mode) == 0
                && !api_db_pack_stalled(db, mode));

    for (q = ngx_queue_last(&db->conns[API_DB_CONN_IDLE]);
         q != ngx_queue_sentinel(&db->conns[API_DB_CONN_IDLE]);
         q = ngx_queue_prev(q))
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (api_db_pack_open_to(conn, head)
            && (spare
                || conn->reserved
                || !api_db_readers_within(db, other, API_DB_PACK_RECENT)
                || ngx_current_msec - conn->used > API_DB_PACK_RECENT))
        {
            return conn;
        }
    }

    return NULL;
}


static ngx_uint_t
api_db_pack_stalled(const api_db_t *db, api_db_lane_e mode)
{
    uint64_t        now;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    now = api_db_now();

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (conn->mode == mode
            && (conn->stalled || conn->slow || api_db_pack_late(conn, now)))
        {
            return 1;
        }
    }

    return 0;
}


/* connections that serve this mode, or are about to */

ngx_uint_t
api_db_pack_count(const api_db_t *db, api_db_lane_e mode)
{
    ngx_uint_t      n, state;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    n = 0;

    for (state = API_DB_CONN_IDLE; state <= API_DB_CONN_BUSY; state++) {

        for (q = db->conns[state].next; q != &db->conns[state]; q = q->next) {

            conn = ngx_queue_data(q, api_db_conn_t, queue);

            n += conn->mode == mode && !conn->exclusive && !conn->stalled;
        }
    }

    return n;
}


ngx_uint_t
api_db_pack_open_to(const api_db_conn_t *conn, ngx_uint_t head)
{
    return conn->reserved == 0 || conn->reserved == head + 1;
}


ngx_uint_t
api_db_pack_takes(const api_db_conn_t *conn, api_db_lane_e mode,
    ngx_uint_t most, uint64_t now)
{
    uint64_t           since;
    ngx_queue_t       *q;
    api_db_segment_t  *segment;

    if (conn->mode != mode
        || conn->exclusive
        || conn->reserved
        || conn->broken
        || conn->in_flight >= most)
    {
        return 0;
    }

    if (ngx_queue_empty(&conn->segments)) {
        return 1;
    }

    q = ngx_queue_head(&conn->segments);
    segment = ngx_queue_data(q, api_db_segment_t, queue);

    since = ngx_max(segment->sent, conn->moved);

    return conn->stalled != since
           && now < since + segment->expected + API_DB_PACK_STALLED;
}
