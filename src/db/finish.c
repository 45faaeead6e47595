
#include "db/finish.h"
#include "db/conn.h"
#include "db/cost.h"
#include "db/doubt.h"
#include "db/due.h"
#include "db/line.h"
#include "db/pack.h"
#include "db/pipeline.h"
#include "db/prepared.h"
#include "db/question.h"
#include "db/setup.h"
#include "db/stock.h"
#include "db/tell.h"


static api_db_segment_t *api_db_finish_cleaner(api_db_conn_t *conn,
    api_db_segment_t *segment);
static void api_db_finish_defer(api_db_segment_t *cleaner,
    ngx_queue_t *flights);
static void api_db_finish_land(api_db_conn_t *conn,
    api_db_segment_t *segment, ngx_queue_t *flights);
static ngx_uint_t api_db_finish_dropped(const ngx_queue_t *flights);
static void api_db_finish_flight(api_db_conn_t *conn,
    api_db_flight_t *flight);
static void api_db_finish_asked(api_db_doubt_t *doubt, ngx_uint_t changed);
static ngx_uint_t api_db_finish_early(api_db_flight_t *flight);
static void api_db_finish_hold(api_db_conn_t *conn, api_db_flight_t *flight);
static api_db_outcome_e api_db_finish_end(const api_db_flight_t *flight);
static void api_db_finish_types(api_db_t *db, api_db_conn_t *conn);
static void api_db_finish_done(api_db_flight_t *flight,
    api_db_outcome_e outcome);


void
api_db_finish_segment(api_db_conn_t *conn, api_db_segment_t *segment)
{
    ngx_uint_t         setup;
    ngx_queue_t       *q, flights;
    api_db_segment_t  *cleaner;

    setup = segment->setup;
    cleaner = api_db_finish_cleaner(conn, segment);

    ngx_queue_init(&flights);

    if (!ngx_queue_empty(&segment->landed)) {
        ngx_queue_add((&flights), (&segment->landed));
        ngx_queue_init(&segment->landed);
    }

    api_db_finish_land(conn, segment, &flights);

    if (cleaner) {
        api_db_finish_defer(cleaner, &flights);
        return;
    }

    if (api_db_question_next(conn) != NGX_OK) {
        conn->broken = 1;
    }

    if (setup) {
        api_db_setup_ready(conn);
    }

    api_db_conn_rest(conn);

    /* only now, so that a callback sees, and acts upon, consistent state */

    while (!ngx_queue_empty(&flights)) {
        q = ngx_queue_head(&flights);
        ngx_queue_remove(q);

        api_db_finish_flight(conn, ngx_queue_data(q, api_db_flight_t, queue));
    }
}


/* the segment after this one that makes the session clean, or NULL */

static api_db_segment_t *
api_db_finish_cleaner(api_db_conn_t *conn, api_db_segment_t *segment)
{
    ngx_queue_t       *q;
    api_db_segment_t  *next;

    q = ngx_queue_next(&segment->queue);

    if (q == ngx_queue_sentinel(&conn->segments)) {
        return NULL;
    }

    next = ngx_queue_data(q, api_db_segment_t, queue);

    return next->cleans ? next : NULL;
}


/*
 * The jobs are done, but their ends are told when the session is clean:
 * otherwise a client that hears of its end could meet a lock that it still
 * holds.
 */

static void
api_db_finish_defer(api_db_segment_t *cleaner, ngx_queue_t *flights)
{
    ngx_queue_t      *q;
    api_db_flight_t  *flight;

    while (!ngx_queue_empty(flights)) {
        q = ngx_queue_head(flights);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(&cleaner->landed, q);

        flight = ngx_queue_data(q, api_db_flight_t, queue);
        flight->landed = 1;
    }
}


/* takes the segment's flights off their connection */

static void
api_db_finish_land(api_db_conn_t *conn, api_db_segment_t *segment,
    ngx_queue_t *flights)
{
    ngx_uint_t        n;
    ngx_queue_t      *q;
    api_db_flight_t  *flight;

    n = segment->nflights;

    while (!ngx_queue_empty(&segment->flights)) {
        q = ngx_queue_head(&segment->flights);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(flights, q);

        flight = ngx_queue_data(q, api_db_flight_t, queue);

        flight->conn = NULL;
        flight->segment = NULL;

        conn->in_flight--;
        conn->backlog -= flight->load;

        api_db_pack_taken(flight);

        if (segment->failure) {

            /* only a job's own Sync tells whose fault it was */

            if (n == 1 && flight->failure == NULL) {
                flight->failure = segment->failure;
                flight->failed = flight->plan->nsteps - 1;
                segment->failure = NULL;

            } else {
                flight->aborted = 1;
            }
        }

        if (!flight->retry && !flight->aborted && !conn->stopped) {
            api_db_cost_completed(conn, segment, flight->plan, n);
        }

        if (flight->job) {
            flight->job->took = conn->woken - flight->sent;
        }
    }

    if (n) {
        conn->moved = conn->woken;
    }

    ngx_queue_remove(&segment->queue);
    api_db_stock_free_segment(conn->db, segment);
}


/* a flight that is on no list; conn: where it was, or NULL */

static void
api_db_finish_flight(api_db_conn_t *conn, api_db_flight_t *flight)
{
    ngx_int_t  rc;

    if (flight->job == NULL) {
        api_db_stock_free_flight(flight);
        return;
    }

    if (flight->outdated) {
        api_db_finish_done(flight, API_DB_OUTDATED);
        return;
    }

    if (api_db_doubt_holds(flight, api_db_finish_asked)) {
        return;
    }

    if (flight->retry || (flight->aborted && flight->failure == NULL)) {

        /* all of it, also what was delivered: none of it was kept */

        api_db_tell(flight->job, .event = API_EVENT_JOB_REPLAYED,
                    .word = flight->retry ? "again" : "aborted");

        flight->job->single = 1;
        api_db_line_return(flight->db, flight->job);
        api_db_stock_free_flight(flight);
        return;
    }

    if (api_db_finish_early(flight)) {
        return;
    }

    rc = api_db_finish_deliver(flight);

    if (rc == NGX_AGAIN) {
        api_db_finish_hold(conn, flight);
        return;
    }

    if (rc == NGX_ERROR) {
        flight->no_memory = 1;
    }

    if (!api_db_finish_early(flight)) {
        api_db_finish_done(flight, API_DB_COMMITTED);
    }
}


/* what was in doubt is known now, or never will be */

static void
api_db_finish_asked(api_db_doubt_t *doubt, ngx_uint_t changed)
{
    api_db_flight_t  *flight;

    flight = doubt->data;

    if (flight->failure) {
        flight->retry = (changed != 0);

    } else if (flight->db->types_loading) {
        ngx_queue_insert_tail(&flight->db->held, &flight->queue);
        return;
    }

    api_db_finish_flight(NULL, flight);
}


/* every end but the good one; 0: it is none of them */

static ngx_uint_t
api_db_finish_early(api_db_flight_t *flight)
{
    if (flight->job == NULL) {
        api_db_stock_free_flight(flight);
        return 1;
    }

    if (flight->failure) {
        api_db_finish_done(flight, API_DB_FAILED);
        return 1;
    }

    if (flight->no_memory) {
        api_db_finish_done(flight, API_DB_NO_MEMORY);
        return 1;
    }

    /* it was declined too late: the write is committed */

    if (flight->declined && (flight->undone || flight->plan->read_only)) {
        api_db_finish_done(flight, API_DB_DECLINED);
        return 1;
    }

    return 0;
}


ngx_int_t
api_db_finish_deliver(api_db_flight_t *flight)
{
    ngx_int_t                 rc;
    ngx_queue_t              *q;
    api_db_command_t         *command;
    const api_sql_shape_t    *shape;

    while (!ngx_queue_empty(&flight->results)) {

        q = ngx_queue_head(&flight->results);
        command = ngx_queue_data(q, api_db_command_t, queue);

        /* nobody is told that there are settings */

        if (flight->job && !flight->declined
            && (command->step != 0 || flight->plan->settings == 0))
        {
            shape = NULL;

            if (PQnfields(command->res) > 0) {
                rc = api_db_prepared_shape(flight->db,
                                     flight->plan->steps[command->step].id,
                                     command->res, flight->typed, &shape);
                if (rc != NGX_OK) {
                    return rc;
                }
            }

            flight->delivered = 1;
            flight->job->typed = flight->typed;
            flight->job->kept = 0;

            rc = flight->job->result(flight->job, command->step, command->res,
                                     shape);
            if (rc == NGX_AGAIN) {
                return NGX_AGAIN;
            }

            if (flight->job != NULL && flight->job->kept) {
                command->res = NULL;
            }

            if (rc == NGX_DONE) {
                flight->enough = 1;

            } else if (rc != NGX_OK) {
                flight->declined = 1;
            }
        }

        ngx_queue_remove(q);
        api_db_stock_free_command(flight->db, command);
    }

    return NGX_OK;
}


static void
api_db_finish_hold(api_db_conn_t *conn, api_db_flight_t *flight)
{
    api_db_t  *db;

    db = flight->db;

    flight->typed = 1;

    ngx_queue_insert_tail(&db->held, &flight->queue);

    if (db->types_loading) {
        db->types_stale = 1;
        return;
    }

    if (conn == NULL || conn->broken) {
        conn = api_db_pipeline_spare(db);
    }

    api_db_finish_types(db, conn);
}


static void
api_db_finish_types(api_db_t *db, api_db_conn_t *conn)
{
    db->types_wanted = 0;

    if (conn == NULL) {

        /* each connection is used alone, or there is none */

        if (api_db_usable_count(db)) {
            db->types_wanted = 1;
            api_db_due_in(db, API_DB_DUE_LATER);

        } else {
            api_db_due(db);
        }

        return;
    }

    if (api_db_pipeline_types(conn) != NGX_OK) {
        conn->broken = 1;
        api_db_due(db);

        ngx_post_event((&conn->post), &ngx_posted_events);
    }

    /* in flight again: not idle */

    if (conn->state == API_DB_CONN_IDLE) {
        api_db_conn_state(conn, API_DB_CONN_BUSY);
    }
}


void
api_db_finish_release(api_db_t *db)
{
    ngx_queue_t  *q, flights;

    if (db->types_loading) {
        return;
    }

    if (db->types_wanted) {
        api_db_finish_types(db, api_db_pipeline_spare(db));
        return;
    }

    if (ngx_queue_empty(&db->held)) {
        return;
    }

    ngx_queue_init(&flights);
    ngx_queue_add((&flights), (&db->held));
    ngx_queue_init(&db->held);

    while (!ngx_queue_empty(&flights)) {
        q = ngx_queue_head(&flights);
        ngx_queue_remove(q);

        api_db_finish_flight(NULL, ngx_queue_data(q, api_db_flight_t, queue));
    }
}


void
api_db_finish_unsent(api_db_conn_t *conn, api_db_flight_t *flight)
{
    conn->in_flight--;
    conn->backlog -= flight->load;
    flight->conn = NULL;

    api_db_pack_taken(flight);

    api_db_finish_done(flight, flight->outdated ? API_DB_OUTDATED
                                                : API_DB_NO_MEMORY);
}


void
api_db_finish_lost(api_db_t *db, ngx_queue_t *flights)
{
    ngx_uint_t        dropped;
    api_db_job_t     *job;
    ngx_queue_t      *q, *prev;
    api_db_flight_t  *flight;

    dropped = api_db_finish_dropped(flights);

    /* from the last to the first, so that the first is first in its line */

    for (q = ngx_queue_last(flights);
         q != ngx_queue_sentinel(flights);
         q = prev)
    {
        prev = ngx_queue_prev(q);
        flight = ngx_queue_data(q, api_db_flight_t, queue);
        job = flight->job;

        if (job == NULL) {
            ngx_queue_remove(q);
            api_db_stock_free_flight(flight);
            continue;
        }

        if (flight->landed || flight->too_large) {
            continue;
        }

        if (flight->sent) {

            if (!flight->plan->read_only || flight->delivered
                || (job->replayed && !dropped))
            {
                continue;
            }

            /*
             * another job's large result is no reason to end this one sooner
             */

            job->replayed |= !dropped;

            api_db_tell(job, .event = API_EVENT_JOB_REPLAYED, .word = "lost");
        }

        ngx_queue_remove(q);
        api_db_line_return(db, job);
        api_db_stock_free_flight(flight);
    }

    while (!ngx_queue_empty(flights)) {
        q = ngx_queue_head(flights);
        ngx_queue_remove(q);

        flight = ngx_queue_data(q, api_db_flight_t, queue);

        if (flight->job == NULL) {
            api_db_stock_free_flight(flight);
            continue;
        }

        /* the job was done when the session broke */

        if (flight->landed) {
            flight->landed = 0;
            api_db_finish_flight(NULL, flight);
            continue;
        }

        api_db_finish_done(flight, api_db_finish_end(flight));
    }
}


/* how a job ends that will not be sent again */

static api_db_outcome_e
api_db_finish_end(const api_db_flight_t *flight)
{
    if (flight->too_large) {
        return API_DB_TOO_LARGE;
    }

    if (flight->outdated) {
        return API_DB_OUTDATED;
    }

    /* all of it is rolled back, with or without a Sync */

    if (flight->failure && !flight->retry) {
        return API_DB_FAILED;
    }

    return api_db_finish_doubtful(flight) ? API_DB_IN_DOUBT : API_DB_LOST;
}


ngx_uint_t
api_db_finish_doubtful(const api_db_flight_t *flight)
{
    if (!flight->sent || flight->plan->read_only || flight->failure) {
        return 0;
    }

    return !flight->dialogue || (flight->closing && !flight->undone);
}


static ngx_uint_t
api_db_finish_dropped(const ngx_queue_t *flights)
{
    ngx_queue_t      *q;
    api_db_flight_t  *flight;

    for (q = flights->next; q != flights; q = q->next) {
        flight = ngx_queue_data(q, api_db_flight_t, queue);

        if (flight->too_large) {
            return 1;
        }
    }

    return 0;
}


static void
api_db_finish_done(api_db_flight_t *flight, api_db_outcome_e outcome)
{
    api_db_job_t  *job;

    job = flight->job;

    flight->job = NULL;
    job->flight = NULL;

    api_db_tell(job, .event = API_EVENT_JOB_FINISHED,
                .word = api_db_tell_outcome(outcome),
                .was = api_db_tell_state(flight->failure),
                .time = job->took);

    job->done(job, outcome,
              outcome == API_DB_FAILED ? flight->failure : NULL,
              flight->failed);

    api_db_stock_free_flight(flight);
}
