
#include "db/lane.h"
#include "db/backoff.h"
#include "db/brisk.h"
#include "db/cost.h"
#include "db/pack.h"
#include "db/readers.h"


#define API_DB_LANE_TRIED      4         /* at a time */


static api_db_conn_t *api_db_lane_alone(api_db_t *db,
    const api_db_job_t *job, ngx_uint_t head);
static ngx_uint_t api_db_lane_may(api_db_t *db, const api_db_job_t *job);
static ngx_uint_t api_db_lane_doubtful(api_db_t *db,
    const api_db_job_t *job);
static ngx_uint_t api_db_lane_leaves(api_db_t *db, const api_db_job_t *job);
static ngx_uint_t api_db_lane_open(const api_db_t *db);
static ngx_uint_t api_db_lane_due(const api_db_t *db, const api_db_job_t *job);
static ngx_uint_t api_db_lane_pressed(const api_db_t *db,
    const api_db_job_t *job);
static ngx_msec_t api_db_lane_left(const api_db_job_t *job);
static api_db_conn_t *api_db_lane_oldest(api_db_t *db,
    const api_db_job_t *job, ngx_uint_t head);
static ngx_uint_t api_db_lane_unproven(const api_db_t *db,
    const api_db_plan_t *plan);


api_db_lane_e
api_db_lane_of(api_db_t *db, const api_db_job_t *job)
{
    api_db_cost_t        *cost;
    const api_db_plan_t  *plan;

    plan = job->plan;
    cost = api_db_cost_of(db, plan);

    if (job->alone
        || plan->sticky
        || cost->bulky
        || api_db_cost_fickle(cost)
        || api_db_cost_slow(cost)
        || api_db_lane_transaction(db, plan))
    {
        return API_DB_ALONE;
    }

    return plan->read_only ? API_DB_READ : API_DB_WRITE;
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


api_db_conn_t *
api_db_lane_pick(api_db_t *db, const api_db_job_t *job, ngx_uint_t head)
{
    switch (api_db_lane_of(db, job)) {

    case API_DB_READ:
    case API_DB_WRITE:
        return api_db_pack_pick(db, job, head);

    default:
        return api_db_lane_alone(db, job, head);
    }
}


static api_db_conn_t *
api_db_lane_alone(api_db_t *db, const api_db_job_t *job, ngx_uint_t head)
{
    api_db_conn_t  *conn;

    if (!api_db_lane_may(db, job)) {
        return NULL;
    }

    conn = api_db_lane_leaves(db, job) ? api_db_lane_oldest(db, job, head)
                                       : NULL;

    /* what is in doubt may turn out to need no connection more */

    if (conn == NULL
        && (!api_db_lane_doubtful(db, job)
            || api_db_lane_unproven(db, job->plan) == 0))
    {
        db->want = 1;
    }

    return conn;
}


/*
 * What is slow leaves some connections of the server to what is fast; what is
 * in doubt has to be tried, a few at a time.  But nothing is refused while a
 * connection is idle that nobody waits for.
 */

static ngx_uint_t
api_db_lane_may(api_db_t *db, const api_db_job_t *job)
{
    ngx_uint_t  doubtful, unproven;

    doubtful = api_db_lane_doubtful(db, job);

    if (!doubtful && !api_db_cost_slow(api_db_cost_of(db, job->plan))) {
        return 1;
    }

    /* the last one only when it would be refused otherwise */

    if (api_db_lane_pressed(db, job)) {
        return api_db_limit_last(&db->limit, db->slow) > 0
               || job->pressed
               || api_db_lane_left(job) <= db->conf->acquire_timeout / 10;
    }

    /* what is tried may turn out to be slow, too */

    if (api_db_lane_due(db, job)
        && api_db_limit_few(&db->limit, db->slow)
           > api_db_lane_unproven(db, NULL))
    {
        return 1;
    }

    if (!doubtful) {
        return api_db_limit_room(&db->limit, db->slow) > 0;
    }

    if (api_db_lane_unproven(db, job->plan) == 0) {
        return 1;
    }

    unproven = api_db_lane_unproven(db, NULL);

    return unproven < API_DB_LANE_TRIED
           && api_db_limit_room(&db->limit, db->slow) > unproven;
}


static ngx_uint_t
api_db_lane_doubtful(api_db_t *db, const api_db_job_t *job)
{
    api_db_cost_t  *cost;

    cost = api_db_cost_of(db, job->plan);

    return !api_db_cost_slow(cost)
           && (job->alone || api_db_cost_fickle(cost));
}


/* would an idle connection, used by what is slow, leave one to the others? */

static ngx_uint_t
api_db_lane_leaves(api_db_t *db, const api_db_job_t *job)
{
    ngx_uint_t      taken, full;
    api_db_cost_t  *cost;

    /* a worker that exits gets no others */

    if (ngx_exiting && !api_db_lane_waits(db)) {
        return 1;
    }

    if (!api_db_readers_leave(db, job->plan)) {
        return api_db_lane_pressed(db, job);
    }

    cost = api_db_cost_of(db, job->plan);
    full = !api_db_lane_growing(db);

    if (api_db_cost_slow(cost)) {
        taken = api_db_lane_held(db);
        full = full && taken == 0;

    } else if (api_db_cost_fickle(cost)) {

        /* one is tried at a time, when no more can be opened */

        taken = db->counts[API_DB_CONN_BUSY] - api_db_lane_open(db);
        full = full && api_db_lane_unproven(db, NULL) == 0;

    } else {
        return 1;
    }

    return api_db_usable_count(db) - taken > 1
           || full
           || api_db_lane_pressed(db, job);
}


ngx_uint_t
api_db_lane_waits(const api_db_t *db)
{
    return !ngx_queue_empty(&db->lines[API_DB_READ].jobs)
           || !ngx_queue_empty(&db->lines[API_DB_WRITE].jobs);
}


ngx_uint_t
api_db_lane_held(api_db_t *db)
{
    uint64_t              now;
    ngx_uint_t            n;
    ngx_queue_t          *q;
    api_db_conn_t        *conn;
    const api_db_cost_t  *cost;

    n = 0;
    now = api_db_now();

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (conn->slow || conn->stalled || api_db_pack_late(conn, now)) {
            n++;

        } else if (conn->exclusive) {
            cost = api_db_cost_of(db, conn->plan);
            n += api_db_cost_slow(cost) || api_db_cost_fickle(cost);
        }
    }

    return n;
}


/* busy connections that go on, and are shared */

static ngx_uint_t
api_db_lane_open(const api_db_t *db)
{
    uint64_t        now;
    ngx_uint_t      n;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    n = 0;
    now = api_db_now();

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        n += !conn->exclusive && !conn->stalled
             && !api_db_pack_late(conn, now);
    }

    return n;
}


/* is it about to be refused, while nothing fast waits? */

static ngx_uint_t
api_db_lane_due(const api_db_t *db, const api_db_job_t *job)
{
    return job->waiting
           && !api_db_lane_waits(db)
           && (job->pressed
               || api_db_lane_left(job) <= db->conf->acquire_timeout / 4);
}


/*
 * And does nothing fast come?  Else it may not have the last of those that are
 * left to what is fast: many writers of one locked row would always have them
 * all.
 */

static ngx_uint_t
api_db_lane_pressed(const api_db_t *db, const api_db_job_t *job)
{
    return api_db_lane_due(db, job) && !api_db_brisk(&db->limit);
}


/* until it is refused */

static ngx_msec_t
api_db_lane_left(const api_db_job_t *job)
{
    ngx_msec_int_t  left;

    left = (ngx_msec_int_t) (job->give_up - ngx_current_msec);

    return left > 0 ? (ngx_msec_t) left : 0;
}


/* the idle one used longest ago: fast reads come back to the last */

static api_db_conn_t *
api_db_lane_oldest(api_db_t *db, const api_db_job_t *job, ngx_uint_t head)
{
    ngx_queue_t    *q;
    api_db_lane_e   mode;
    api_db_conn_t  *conn, *other;

    mode = job->plan->read_only ? API_DB_READ : API_DB_WRITE;
    other = NULL;

    for (q = ngx_queue_last(&db->conns[API_DB_CONN_IDLE]);
         q != ngx_queue_sentinel(&db->conns[API_DB_CONN_IDLE]);
         q = ngx_queue_prev(q))
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (!api_db_pack_open_to(conn, head)) {
            continue;
        }

        if (conn->mode == mode) {
            return conn;
        }

        if (other == NULL) {
            other = conn;
        }
    }

    return other;
}


/*
 * Connections used alone by what has not proved to be slow, or not yet; plan:
 * by this one
 */

static ngx_uint_t
api_db_lane_unproven(const api_db_t *db, const api_db_plan_t *plan)
{
    ngx_uint_t      n;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    n = 0;

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        n += conn->exclusive && !conn->slow
             && (plan == NULL || conn->plan == plan);
    }

    return n;
}


ngx_uint_t
api_db_lane_needs(api_db_t *db)
{
    ngx_uint_t     n;
    ngx_queue_t   *q, *jobs;
    api_db_job_t  *job;

    n = 0;
    jobs = &db->lines[API_DB_ALONE].jobs;

    for (q = ngx_queue_head(jobs);
         q != ngx_queue_sentinel(jobs) && n < db->limit.max;
         q = ngx_queue_next(q))
    {
        job = ngx_queue_data(q, api_db_job_t, queue);

        if (!api_db_lane_may(db, job)) {
            break;
        }

        n++;

        if (api_db_lane_pressed(db, job)) {
            continue;
        }

        if (api_db_lane_doubtful(db, job)
            || (api_db_cost_slow(api_db_cost_of(db, job->plan))
                && n >= api_db_limit_room(&db->limit, db->slow)))
        {
            break;
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

    lane = api_db_lane_of(db, job);

    /* a connection of its own mode that is full or stalled will move */

    if (lane != API_DB_ALONE && api_db_pack_count(db, lane)) {
        return;
    }

    if (lane == API_DB_ALONE
        && (!api_db_lane_may(db, job) || !api_db_lane_leaves(db, job)))
    {
        return;
    }

    if (lane == API_DB_WRITE && !api_db_readers_leave(db, job->plan)) {
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
            && (api_db_pack_takes(conn, conn->mode, API_DB_IN_FLIGHT,
                                      now)
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
api_db_lane_trying(const api_db_t *db)
{
    ngx_queue_t         *q;
    const api_db_job_t  *job;

    if (db->counts[API_DB_CONN_BUSY] + db->counts[API_DB_CONN_IDLE]
        < db->minimum
        || api_db_lane_waits(db)
        || ngx_queue_empty(&db->lines[API_DB_ALONE].jobs))
    {
        return 0;
    }

    q = db->lines[API_DB_ALONE].jobs.next;
    job = ngx_queue_data(q, api_db_job_t, queue);

    return api_db_cost_sudden(&db->costs[job->plan->id]);
}


ngx_uint_t
api_db_lane_growing(const api_db_t *db)
{
    return api_db_open_count(db) < db->limit.max
           && !db->retry.timer_set
           && !api_db_backoff_gated(db);
}
