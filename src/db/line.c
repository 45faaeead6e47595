
#include "db/line.h"
#include "db/backoff.h"
#include "db/due.h"
#include "db/lane.h"
#include "db/pipeline.h"
#include "db/tell.h"


#define API_DB_LINE_LOOK   30            /* ms: longer than API_DB_COST_SLOW */
#define API_DB_LINE_TRIES  16            /* plans looked at behind the first
                                            job */


static void api_db_line_wait(api_db_t *db, api_db_job_t *job);
static api_db_job_t *api_db_line_oldest(api_db_t *db, ngx_uint_t skip,
    ngx_uint_t *line);
static api_db_conn_t *api_db_line_other(api_db_t *db, api_db_job_t **job);
static ngx_uint_t api_db_line_unused(api_db_t *db, ngx_uint_t line);
static void api_db_line_relax(api_db_t *db);
static void api_db_line_expire(ngx_event_t *ev);
static void api_db_line_late(api_db_t *db, const ngx_queue_t *jobs);
static void api_db_line_end(api_db_t *db, ngx_queue_t *jobs,
    api_db_outcome_e outcome);


void
api_db_line_init(api_db_t *db)
{
    ngx_uint_t  i;

    for (i = 0; i < API_DB_LANES; i++) {
        ngx_queue_init(&db->lines[i].jobs);
    }

    db->expire.data = db;
    db->expire.handler = api_db_line_expire;
    db->expire.log = db->log;
}


void
api_db_line_join(api_db_t *db, api_db_job_t *job)
{
    ngx_queue_insert_tail(&db->lines[api_db_lane_of(db, job)].jobs,
                          &job->queue);

    api_db_line_wait(db, job);
}


void
api_db_line_return(api_db_t *db, api_db_job_t *job)
{
    job->flight = NULL;

    /* what was done of it begins again */

    job->took = 0;
    job->longest = 0;
    job->slowest = 0;
    job->awaited = 0;

    ngx_queue_insert_head(&db->lines[api_db_lane_of(db, job)].jobs,
                          &job->queue);

    api_db_line_wait(db, job);
}


static void
api_db_line_wait(api_db_t *db, api_db_job_t *job)
{
    job->waiting = 1;
    job->pressed = 0;
    job->give_up = ngx_current_msec + db->conf->acquire_timeout;

    db->waiting++;
    api_db_limit_waiting(&db->limit, db->waiting);

    api_db_tell(job, .event = API_EVENT_JOB_WAITS, .n = (int64_t) db->waiting);

    /* not cancelable: a worker that exits serves its line first */

    if (!db->expire.timer_set) {
        ngx_add_timer(&db->expire, db->conf->acquire_timeout);
    }

    api_db_due(db);

    /* and what is not known now is looked at again a moment later */

    api_db_due_in(db, API_DB_LINE_LOOK);
}


void
api_db_line_leave(api_db_t *db, api_db_job_t *job)
{
    ngx_queue_remove(&job->queue);

    job->waiting = 0;
    db->waiting--;
    api_db_limit_waiting(&db->limit, db->waiting);

    api_db_tell(job, .event = API_EVENT_LINE_LEFT, .n = (int64_t) db->waiting);

    /* a connection may be reserved for a line that is empty now */

    api_db_due(db);

    if (db->waiting == 0 && db->expire.timer_set) {
        ngx_del_timer(&db->expire);
    }
}


void
api_db_line_serve(api_db_t *db)
{
    ngx_uint_t      line, blocked, exclusive;
    api_db_job_t   *job;
    api_db_conn_t  *conn;

    blocked = 0;

    while ((job = api_db_line_oldest(db, blocked, &line)) != NULL) {

        conn = api_db_lane_pick(db, job, line);

        if (conn == NULL && line == API_DB_ALONE) {
            conn = api_db_line_other(db, &job);
        }

        if (conn == NULL) {

            /* there may be one for the others */

            if (api_db_line_unused(db, line)) {
                blocked = 0;
            }

            blocked |= (ngx_uint_t) 1 << line;
            api_db_lane_reserve(db, line);
            continue;
        }

        exclusive = api_db_lane_of(db, job) == API_DB_ALONE;

        if (api_db_pipeline_queue(conn, job, exclusive) != NGX_OK) {

            /* no memory: the job waits, and its timer ends it */

            break;
        }

        api_db_line_leave(db, job);
    }

    api_db_line_relax(db);
}


ngx_uint_t
api_db_line_press(api_db_t *db)
{
    ngx_uint_t     n;
    ngx_queue_t   *q;
    api_db_job_t  *job;

    n = db->waiting;
    q = ngx_queue_head(&db->lines[API_DB_ALONE].jobs);

    if (q == ngx_queue_sentinel(&db->lines[API_DB_ALONE].jobs)) {
        return 0;
    }

    job = ngx_queue_data(q, api_db_job_t, queue);
    job->pressed = 1;

    api_db_line_serve(db);

    return db->waiting < n;
}


/*
 * where the first one may not run now, there may be one of another plan that
 * may
 */

static api_db_conn_t *
api_db_line_other(api_db_t *db, api_db_job_t **job)
{
    ngx_uint_t            tries;
    ngx_queue_t          *q, *jobs;
    api_db_job_t         *other;
    api_db_conn_t        *conn;
    const api_db_plan_t  *plan;

    if (ngx_queue_empty(&db->conns[API_DB_CONN_IDLE])) {
        return NULL;
    }

    plan = (*job)->plan;
    jobs = &db->lines[API_DB_ALONE].jobs;
    tries = API_DB_LINE_TRIES;

    for (q = ngx_queue_next(ngx_queue_head(jobs));
         q != ngx_queue_sentinel(jobs) && tries;
         q = ngx_queue_next(q))
    {
        other = ngx_queue_data(q, api_db_job_t, queue);

        if (other->plan == plan) {
            continue;
        }

        conn = api_db_lane_pick(db, other, API_DB_ALONE);

        if (conn) {
            *job = other;
            return conn;
        }

        plan = other->plan;
        tries--;
    }

    return NULL;
}


/*
 * the job that waits longest of those at the head of a line; skip: lines left
 * out
 */

static api_db_job_t *
api_db_line_oldest(api_db_t *db, ngx_uint_t skip, ngx_uint_t *line)
{
    ngx_uint_t     i;
    ngx_queue_t   *q;
    api_db_job_t  *job, *oldest;

    oldest = NULL;

    for (i = 0; i < API_DB_LANES; i++) {

        if ((skip & ((ngx_uint_t) 1 << i))
            || ngx_queue_empty(&db->lines[i].jobs))
        {
            continue;
        }

        q = ngx_queue_head(&db->lines[i].jobs);
        job = ngx_queue_data(q, api_db_job_t, queue);

        if (oldest == NULL || job->submitted < oldest->submitted) {
            oldest = job;
            *line = i;
        }
    }

    return oldest;
}


/* gives one up that is idle, and that the head of its line may not have now */

static ngx_uint_t
api_db_line_unused(api_db_t *db, ngx_uint_t line)
{
    api_db_conn_t  *conn;

    conn = db->lines[line].reserved;

    if (conn == NULL || conn->state != API_DB_CONN_IDLE) {
        return 0;
    }

    api_db_lane_unreserve(conn);

    return 1;
}


/* gives up reservations for lines that are empty */

static void
api_db_line_relax(api_db_t *db)
{
    ngx_uint_t  i;

    for (i = 0; i < API_DB_LANES; i++) {
        if (db->lines[i].reserved && ngx_queue_empty(&db->lines[i].jobs)) {
            api_db_lane_unreserve(db->lines[i].reserved);
        }
    }
}


void
api_db_line_clear(api_db_t *db, api_db_outcome_e outcome)
{
    ngx_uint_t    i;
    ngx_queue_t   jobs;

    ngx_queue_init(&jobs);

    for (i = 0; i < API_DB_LANES; i++) {
        if (!ngx_queue_empty(&db->lines[i].jobs)) {
            ngx_queue_add((&jobs), (&db->lines[i].jobs));
            ngx_queue_init(&db->lines[i].jobs);
        }
    }

    api_db_line_end(db, &jobs, outcome);
}


/*
 * The whole line is looked at: a job that returned to its head gives up later
 * than those behind it.
 */

static void
api_db_line_expire(ngx_event_t *ev)
{
    api_db_t      *db;
    ngx_uint_t     i;
    ngx_msec_t     next, left;
    ngx_queue_t   *q, jobs;
    api_db_job_t  *job;

    db = ev->data;

    ngx_queue_init(&jobs);

    next = NGX_TIMER_INFINITE;

    for (i = 0; i < API_DB_LANES; i++) {

        q = ngx_queue_head(&db->lines[i].jobs);

        while (q != ngx_queue_sentinel(&db->lines[i].jobs)) {

            job = ngx_queue_data(q, api_db_job_t, queue);
            q = ngx_queue_next(q);

            left = job->give_up - ngx_current_msec;

            if ((ngx_msec_int_t) left <= 0) {
                ngx_queue_remove(&job->queue);
                ngx_queue_insert_tail(&jobs, &job->queue);

            } else if (left < next) {
                next = left;
            }
        }
    }

    if (next != NGX_TIMER_INFINITE) {
        ngx_add_timer(&db->expire, next);
    }

    api_db_line_late(db, &jobs);

    api_db_line_end(db, &jobs, api_db_backoff_away(db) ? API_DB_AWAY
                                                       : API_DB_LATE);

    api_db_due(db);
}


/* once a second; that the database is away is logged elsewhere */

static void
api_db_line_late(api_db_t *db, const ngx_queue_t *jobs)
{
    if (ngx_queue_empty(jobs) || api_db_backoff_away(db)
        || (db->late_logged && ngx_current_msec - db->late_logged < 1000))
    {
        return;
    }

    db->late_logged = ngx_current_msec;

    ngx_log_error(NGX_LOG_WARN, db->log, 0,
                  "requests got no connection within acquire_timeout: of "
                  "max_connections %ui this worker has %ui, %ui of them used "
                  "by slow statements, api_postgres: \"%V\"", db->limit.max,
                  api_db_usable_count(db), db->slow, &db->conf->name);
}


static void
api_db_line_end(api_db_t *db, ngx_queue_t *jobs, api_db_outcome_e outcome)
{
    ngx_queue_t   *q;
    api_db_job_t  *job;

    while (!ngx_queue_empty(jobs)) {

        q = ngx_queue_head(jobs);
        job = ngx_queue_data(q, api_db_job_t, queue);

        api_db_line_leave(db, job);

        job->waited = api_db_now() - job->submitted;

        api_db_tell(job, .event = API_EVENT_JOB_FINISHED,
                    .word = api_db_tell_outcome(outcome));

        job->done(job, outcome, NULL, 0);
    }
}
