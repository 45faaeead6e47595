
#include "db/lane.h"


#define API_DB_LANE_SCALE      16        /* of an average */
#define API_DB_LANE_WEIGHT     8         /* how many a new value counts among */
#define API_DB_LANE_SLOW       25000     /* µs: not to be waited behind */
#define API_DB_LANE_STALLED    20000     /* µs beyond what was expected */
#define API_DB_LANE_PACKED     3000      /* µs of reads on one connection */
#define API_DB_LANE_JOINED     300       /* µs of writes on one connection */
#define API_DB_LANE_FULL       50000     /* µs: better wait for another */
#define API_DB_LANE_RECENT     1000      /* ms */
#define API_DB_LANE_BULK       (1024 * 1024)  /* bytes of a result */
#define API_DB_LANE_MEMORY     256       /* small ones, until it is forgotten */


static ngx_uint_t api_db_lane_open_to(const api_db_conn_t *conn,
    ngx_uint_t head);
static ngx_uint_t api_db_lane_shareable(const api_db_conn_t *conn,
    api_db_lane_e mode, uint64_t now);
static api_db_conn_t *api_db_lane_least(api_db_t *db, api_db_lane_e mode,
    uint64_t now);
static api_db_conn_t *api_db_lane_shared(api_db_t *db, api_db_lane_e mode,
    uint64_t most, ngx_uint_t head);
static api_db_conn_t *api_db_lane_alone(api_db_t *db,
    const api_db_plan_t *plan, ngx_uint_t head);
static ngx_uint_t api_db_lane_slow(const api_db_t *db);
static api_db_conn_t *api_db_lane_idle(api_db_t *db, api_db_lane_e mode,
    ngx_uint_t head);
static api_db_conn_t *api_db_lane_turn(api_db_t *db, api_db_lane_e mode,
    ngx_uint_t head);
static ngx_uint_t api_db_lane_count(const api_db_t *db, api_db_lane_e mode);


ngx_int_t
api_db_lane_init(api_db_t *db)
{
    db->costs = ngx_pcalloc(db->pool,
                            (db->conf->nplans + 1) * sizeof(api_db_cost_t));

    return db->costs ? NGX_OK : NGX_ERROR;
}


api_db_lane_e
api_db_lane_of(api_db_t *db, const api_db_plan_t *plan)
{
    api_db_cost_t  *cost;

    cost = &db->costs[plan->id];

    if (cost->n == 0
        || plan->sticky
        || cost->bulky
        || cost->average > API_DB_LANE_SLOW * API_DB_LANE_SCALE
        || api_db_lane_transaction(db, plan))
    {
        return API_DB_ALONE;
    }

    return plan->read_only ? API_DB_READ : API_DB_WRITE;
}


void
api_db_lane_bulk(api_db_t *db, const api_db_plan_t *plan, size_t size)
{
    api_db_cost_t  *cost;

    cost = &db->costs[plan->id];

    if (size > API_DB_LANE_BULK) {
        cost->bulky = API_DB_LANE_MEMORY;

    } else if (cost->bulky) {
        cost->bulky--;
    }
}


ngx_uint_t
api_db_lane_transaction(api_db_t *db, const api_db_plan_t *plan)
{
    ngx_uint_t      i;
    api_db_cost_t  *cost;

    cost = &db->costs[plan->id];

    if (!cost->examined) {
        cost->examined = 1;

        /* a read has nothing to confirm */

        cost->transaction = (plan->confirm && !plan->read_only)
                            || db->pooler == API_DB_POOLER_TRANSACTION;

        for (i = 1; i < plan->nsteps; i++) {
            cost->transaction |= plan->steps[i].depends;
        }
    }

    return cost->transaction;
}


uint64_t
api_db_lane_expected(const api_db_t *db, const api_db_plan_t *plan)
{
    return db->costs[plan->id].average / API_DB_LANE_SCALE;
}


uint64_t
api_db_lane_load(const api_db_t *db, const api_db_plan_t *plan)
{
    return db->costs[plan->id].least / API_DB_LANE_SCALE + 1;
}


void
api_db_lane_completed(api_db_conn_t *conn, const api_db_segment_t *segment,
    const api_db_plan_t *plan, ngx_uint_t n)
{
    uint64_t        since, service;
    api_db_cost_t  *cost;

    since = ngx_max(segment->sent, conn->moved);

    service = conn->woken > since ? conn->woken - since : 0;
    service = service * API_DB_LANE_SCALE / n;

    if (conn->nbatch == 0) {
        conn->since = since;
    }

    if (conn->nbatch < API_DB_BATCH) {
        conn->batch[conn->nbatch] = plan;
    }

    conn->nbatch++;

    cost = &conn->db->costs[plan->id];

    /* the first ones count more: they begin with cold caches and a Parse */

    if (cost->n < API_DB_LANE_WEIGHT) {
        cost->n++;
    }

    if (service > cost->average) {
        cost->average += (service - cost->average) / cost->n;

    } else {
        cost->average -= (cost->average - service) / cost->n;
    }
}


/*
 * Several answers come in one packet: each gets its part of the time, in
 * proportion to what is known.  What was ever reached is believed, and
 * forgotten slowly: twice as much after some two hundred jobs.
 */

void
api_db_lane_measure(api_db_conn_t *conn)
{
    uint64_t        sum, elapsed, part;
    ngx_uint_t      i, n;
    api_db_cost_t  *costs, *cost;

    n = conn->nbatch;
    conn->nbatch = 0;

    if (n == 0 || n > API_DB_BATCH || conn->woken <= conn->since) {
        return;
    }

    costs = conn->db->costs;
    sum = 0;

    for (i = 0; i < n; i++) {
        sum += costs[conn->batch[i]->id].least;
    }

    elapsed = (conn->woken - conn->since) * API_DB_LANE_SCALE;

    for (i = 0; i < n; i++) {
        cost = &costs[conn->batch[i]->id];

        if (cost->least == 0) {
            cost->least = n == 1 ? elapsed : 0;
            continue;
        }

        part = elapsed * cost->least / sum;

        if (part < cost->least) {
            cost->least -= (cost->least - part) / 2;

        } else {
            cost->least += cost->least / 256 + 1;
        }
    }
}


api_db_conn_t *
api_db_lane_pick(api_db_t *db, const api_db_plan_t *plan, ngx_uint_t head)
{
    switch (api_db_lane_of(db, plan)) {

    case API_DB_READ:
        return api_db_lane_shared(db, API_DB_READ, API_DB_LANE_PACKED, head);

    case API_DB_WRITE:
        return api_db_lane_shared(db, API_DB_WRITE, API_DB_LANE_JOINED, head);

    default:
        return api_db_lane_alone(db, plan, head);
    }
}


/*
 * Reads fill one connection after the other: a connection more costs more
 * than a short queue.  Of writes each commit waits for the disk, and several
 * wait for it together only on several connections; but where a commit is
 * cheap they are as reads.
 */

static api_db_conn_t *
api_db_lane_shared(api_db_t *db, api_db_lane_e mode, uint64_t most,
    ngx_uint_t head)
{
    uint64_t        now;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    now = api_db_now();

    for (q = ngx_queue_last(&db->conns[API_DB_CONN_BUSY]);
         q != ngx_queue_sentinel(&db->conns[API_DB_CONN_BUSY]);
         q = ngx_queue_prev(q))
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (conn->backlog < most && api_db_lane_shareable(conn, mode, now)) {
            return conn;
        }
    }

    conn = api_db_lane_idle(db, mode, head);

    if (conn == NULL) {
        db->want = 1;
        conn = api_db_lane_turn(db, mode, head);
    }

    return conn ? conn : api_db_lane_least(db, mode, now);
}


static api_db_conn_t *
api_db_lane_alone(api_db_t *db, const api_db_plan_t *plan, ngx_uint_t head)
{
    ngx_uint_t      most;
    ngx_queue_t    *q;
    api_db_lane_e   mode;
    api_db_conn_t  *conn, *other;

    /* one connection is left to what is fast */

    most = api_db_lane_growing(db) ? db->share : api_db_usable_count(db);

    if (db->exclusives && db->exclusives + 1 >= most
        && db->pooler != API_DB_POOLER_TRANSACTION)
    {
        return NULL;
    }

    mode = plan->read_only ? API_DB_READ : API_DB_WRITE;
    other = NULL;

    /* the one used longest ago: fast reads come back to the last */

    for (q = ngx_queue_last(&db->conns[API_DB_CONN_IDLE]);
         q != ngx_queue_sentinel(&db->conns[API_DB_CONN_IDLE]);
         q = ngx_queue_prev(q))
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (!api_db_lane_open_to(conn, head)) {
            continue;
        }

        if (conn->mode == mode) {
            return conn;
        }

        if (other == NULL) {
            other = conn;
        }
    }

    /* a plan nobody knows yet may turn out to need no connection more */

    if (other == NULL
        && (db->costs[plan->id].n
            || db->exclusives == 0
            || api_db_lane_slow(db)))
    {
        db->want = 1;
    }

    return other;
}


/* has a connection been used alone for so long that it was right to be? */

static ngx_uint_t
api_db_lane_slow(const api_db_t *db)
{
    uint64_t           now;
    ngx_queue_t       *q, *head;
    api_db_conn_t     *conn;
    api_db_segment_t  *segment;

    now = api_db_now();

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (!conn->exclusive || ngx_queue_empty(&conn->segments)) {
            continue;
        }

        head = ngx_queue_head(&conn->segments);
        segment = ngx_queue_data(head, api_db_segment_t, queue);

        if (now > segment->sent + API_DB_LANE_SLOW) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
api_db_lane_open_to(const api_db_conn_t *conn, ngx_uint_t head)
{
    return conn->reserved == 0 || conn->reserved == head + 1;
}


static ngx_uint_t
api_db_lane_shareable(const api_db_conn_t *conn, api_db_lane_e mode,
    uint64_t now)
{
    uint64_t           since;
    ngx_queue_t       *q;
    api_db_segment_t  *segment;

    if (conn->mode != mode
        || conn->exclusive
        || conn->reserved
        || conn->broken
        || conn->in_flight >= API_DB_IN_FLIGHT)
    {
        return 0;
    }

    if (ngx_queue_empty(&conn->segments)) {
        return 1;
    }

    q = ngx_queue_head(&conn->segments);
    segment = ngx_queue_data(q, api_db_segment_t, queue);

    since = ngx_max(segment->sent, conn->moved);

    return now < since + segment->expected + API_DB_LANE_STALLED;
}


static api_db_conn_t *
api_db_lane_least(api_db_t *db, api_db_lane_e mode, uint64_t now)
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
            && conn->backlog < API_DB_LANE_FULL
            && api_db_lane_shareable(conn, mode, now))
        {
            best = conn;
        }
    }

    return best;
}


/* an idle connection of this mode, the one used last */

static api_db_conn_t *
api_db_lane_idle(api_db_t *db, api_db_lane_e mode, ngx_uint_t head)
{
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    for (q = ngx_queue_head(&db->conns[API_DB_CONN_IDLE]);
         q != ngx_queue_sentinel(&db->conns[API_DB_CONN_IDLE]);
         q = ngx_queue_next(q))
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (conn->mode == mode && api_db_lane_open_to(conn, head)) {
            return conn;
        }
    }

    return NULL;
}


/*
 * An idle connection of the other mode, the one used longest ago: but the
 * last of its kind stays what it is while it is needed, unless this mode has
 * none at all.
 */

static api_db_conn_t *
api_db_lane_turn(api_db_t *db, api_db_lane_e mode, ngx_uint_t head)
{
    ngx_uint_t      spare;
    ngx_queue_t    *q;
    api_db_lane_e   other;
    api_db_conn_t  *conn;

    other = mode == API_DB_READ ? API_DB_WRITE : API_DB_READ;

    spare = api_db_lane_count(db, other) > 1
            || api_db_lane_count(db, mode) == 0;

    for (q = ngx_queue_last(&db->conns[API_DB_CONN_IDLE]);
         q != ngx_queue_sentinel(&db->conns[API_DB_CONN_IDLE]);
         q = ngx_queue_prev(q))
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (api_db_lane_open_to(conn, head)
            && (spare
                || conn->reserved
                || ngx_current_msec - conn->used > API_DB_LANE_RECENT))
        {
            return conn;
        }
    }

    return NULL;
}


/* connections that serve this mode, or are about to */

static ngx_uint_t
api_db_lane_count(const api_db_t *db, api_db_lane_e mode)
{
    ngx_uint_t      n, state;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    n = 0;

    for (state = API_DB_CONN_IDLE; state <= API_DB_CONN_BUSY; state++) {

        for (q = db->conns[state].next; q != &db->conns[state]; q = q->next) {

            conn = ngx_queue_data(q, api_db_conn_t, queue);

            n += conn->mode == mode && !conn->exclusive;
        }
    }

    return n;
}


void
api_db_lane_reserve(api_db_t *db, ngx_uint_t line)
{
    uint64_t        now;
    ngx_queue_t    *q;
    api_db_lane_e   lane;
    api_db_conn_t  *conn, *best;
    api_db_job_t   *job;

    if (db->lines[line].reserved
        || api_db_coming_count(db)
        || api_db_lane_growing(db))
    {
        return;
    }

    q = ngx_queue_head(&db->lines[line].jobs);
    job = ngx_queue_data(q, api_db_job_t, queue);

    lane = api_db_lane_of(db, job->plan);

    /* a connection of its own mode that is full or stalled will move */

    if (lane != API_DB_ALONE && api_db_lane_count(db, lane)) {
        return;
    }

    if (lane == API_DB_ALONE && db->exclusives
        && db->exclusives + 1 >= api_db_usable_count(db))
    {
        return;
    }

    best = NULL;
    now = api_db_now();

    for (q = ngx_queue_head(&db->conns[API_DB_CONN_BUSY]);
         q != ngx_queue_sentinel(&db->conns[API_DB_CONN_BUSY]);
         q = ngx_queue_next(q))
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (!conn->exclusive && conn->reserved == 0
            && (best == NULL || conn->backlog < best->backlog)
            && (api_db_lane_shareable(conn, conn->mode, now)
                || best == NULL))
        {
            best = conn;
        }
    }

    if (best) {
        best->reserved = line + 1;
        db->lines[line].reserved = best;
    }
}


void
api_db_lane_unreserve(api_db_conn_t *conn)
{
    if (conn->reserved) {
        conn->db->lines[conn->reserved - 1].reserved = NULL;
        conn->reserved = 0;
    }
}


ngx_uint_t
api_db_lane_growing(const api_db_t *db)
{
    return api_db_open_count(db) < db->share
           && !db->retry.timer_set
           && !db->gate_shut;
}
