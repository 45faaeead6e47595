
#include "http/revoked.h"
#include "http/aside.h"
#include "http/databases.h"
#include "http/revoked_fill.h"


/* ms, for requests before the first list */
#define REVOKED_LOOK     20
#define REVOKED_WAIT     5000
#define REVOKED_WAITING  1000

/* ms: a list older than this is reported, and again after as long */
#define REVOKED_OLD      60000

/* bytes of a row as it is received, at most in the mean */
#define REVOKED_ROW      512
#define REVOKED_SLACK    (64 * 1024)


static void due(ngx_event_t *ev);
static void plan_next(api_http_revoked_t *revoked);
static void ask(api_http_revoked_t *revoked);
static ngx_int_t give_values(api_db_job_t *job, ngx_uint_t step,
    const char **values);
static ngx_int_t take(api_db_job_t *job, ngx_uint_t step,
    const struct pg_result *res, const api_sql_shape_t *shape);
static void filled(api_http_revoked_t *revoked, ngx_int_t rc);
static void done(api_db_job_t *job, api_db_outcome_e outcome,
    const struct pg_result *res, ngx_uint_t step);
static void failed(api_http_revoked_t *revoked, const char *why,
    const ngx_str_t *detail);
static void look(ngx_event_t *ev);
static void wake(api_http_revoked_t *revoked, ngx_uint_t all);


/* requests of this worker that wait for a list */
static ngx_uint_t  waiting;


void
api_http_revoked_start(api_http_revoked_t *revoked, ngx_cycle_t *cycle)
{
    ngx_queue_init(&revoked->waiting);
    api_http_revoked_fill_init(revoked, cycle);

    revoked->due.handler = due;
    revoked->due.data = revoked;
    revoked->due.log = cycle->log;
    revoked->due.cancelable = 1;

    revoked->look.handler = look;
    revoked->look.data = revoked;
    revoked->look.log = cycle->log;

    ngx_add_timer(&revoked->due, 1);
}


static void
due(ngx_event_t *ev)
{
    ngx_msec_t           started;
    api_http_revoked_t  *revoked;

    revoked = ev->data;

    if (ngx_exiting || ngx_terminate) {
        return;
    }

    if (!revoked->asking
        && api_http_revoked_zone_begin(revoked->place->shared, revoked->every,
                                       API_HTTP_REVOKED_ASK, &started)
           == NGX_OK)
    {
        revoked->started = started;
        ask(revoked);
    }

    plan_next(revoked);
}


/* when the timer fires, the shared state is looked at again: others may have
   asked by then */

static void
plan_next(api_http_revoked_t *revoked)
{
    ngx_msec_int_t              rest;
    api_http_revoked_shared_t  *shared;

    shared = revoked->place->shared;

    rest = (ngx_msec_int_t) ((ngx_msec_t) shared->started + revoked->every
                             - ngx_current_msec);
    rest = ngx_max(rest, 1);
    rest = ngx_min(rest, (ngx_msec_int_t) revoked->every)
           + (ngx_msec_int_t) (ngx_random() % 20);

    ngx_add_timer(&revoked->due, (ngx_msec_t) rest);
}


static void
ask(api_http_revoked_t *revoked)
{
    ngx_int_t      rc;
    api_db_t      *db;
    api_db_job_t  *job;

    job = &revoked->job;
    ngx_memzero(job, sizeof(api_db_job_t));

    job->plan = revoked->route->parts[0].plan;
    job->values = give_values;
    job->result = take;
    job->done = done;
    job->data = revoked;
    job->log = ngx_cycle->log;
    job->most = revoked->most * REVOKED_ROW + REVOKED_SLACK;

    db = api_http_databases_get(revoked->route->database);
    rc = (db != NULL) ? api_db_submit(db, job) : NGX_DECLINED;

    if (rc == NGX_AGAIN) {
        revoked->asking = 1;
        return;
    }

    failed(revoked, rc == NGX_BUSY ? "too many requests wait for the database"
                                   : "the database cannot be reached", NULL);
}


/* the statement has no parameters: see conf/aside */

static ngx_int_t
give_values(api_db_job_t *job, ngx_uint_t step, const char **values)
{
    (void) job;
    (void) step;
    (void) values;

    return NGX_OK;
}


static ngx_int_t
take(api_db_job_t *job, ngx_uint_t step, const struct pg_result *res,
    const api_sql_shape_t *shape)
{
    (void) step;
    (void) shape;

    if (api_http_revoked_fill_take(job->data, api_unconst(res)) != NGX_OK) {
        return NGX_DECLINED;
    }

    job->kept = 1;

    return NGX_OK;
}


static void
done(api_db_job_t *job, api_db_outcome_e outcome, const struct pg_result *res,
    ngx_uint_t step)
{
    u_char               why[NGX_MAX_ERROR_STR];
    ngx_str_t            message;
    api_http_revoked_t  *revoked;

    (void) step;

    revoked = job->data;

    if (outcome == API_DB_COMMITTED) {
        api_http_revoked_fill(revoked, filled);
        return;
    }

    revoked->asking = 0;
    api_http_revoked_fill_drop(revoked);

    if (outcome != API_DB_FAILED) {
        failed(revoked, outcome == API_DB_TOO_LARGE
                        ? "it is larger than \"max=\" allows"
                        : outcome == API_DB_DECLINED
                          ? "it cannot be read"
                          : "the database cannot be reached", NULL);
        return;
    }

    message.data = why;
    message.len = (size_t) (api_http_aside_failure(why, why + sizeof(why), job,
                                                   res)
                            - why);

    failed(revoked, "its statement has failed: ", &message);
}


/* the list is written; NGX_DECLINED: it cannot be read; NGX_ABORT: another
   worker's is newer, or this one ends */

static void
filled(api_http_revoked_t *revoked, ngx_int_t rc)
{
    revoked->asking = 0;

    if (rc == NGX_DECLINED) {
        failed(revoked, "it cannot be read", NULL);
        return;
    }

    wake(revoked, 0);
}


/* reported once in a while only: a database that is away is in the log
   already */

static void
failed(api_http_revoked_t *revoked, const char *why, const ngx_str_t *detail)
{
    ngx_uint_t                  level;
    ngx_msec_t                  now, told, asked;
    api_http_revoked_shared_t  *shared;

    static const ngx_str_t  nothing = ngx_null_string;

    if (detail == NULL) {
        detail = &nothing;
    }

    shared = revoked->place->shared;
    now = ngx_current_msec;
    told = (ngx_msec_t) shared->told;
    asked = (ngx_msec_t) shared->asked;

    api_http_revoked_zone_end(shared, revoked->started);

    if (told != 0 && (ngx_msec_int_t) (now - told) < REVOKED_OLD) {
        return;
    }

    shared->told = now;

    if (shared->published == 0) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "%V: there is no list of revoked tokens, and so all are "
                      "refused: %s%V", &revoked->route->name, why, detail);
        return;
    }

    level = ((ngx_msec_int_t) (now - asked) < REVOKED_OLD) ? NGX_LOG_NOTICE
                                                           : NGX_LOG_WARN;

    ngx_log_error(level, ngx_cycle->log, 0,
                  "%V: the list of revoked tokens is that of %M s ago: %s%V",
                  &revoked->route->name, (now - asked) / 1000, why, detail);
}


ngx_int_t
api_http_revoked(api_http_revoked_t *revoked, const api_auth_claims_t *claims,
    api_http_ctx_t *ctx, api_http_revoked_wait_t *wait)
{
    ngx_int_t  rc;

    rc = api_http_revoked_zone_look(revoked->place->shared, claims);

    if (rc != NGX_AGAIN) {
        return rc;
    }

    if (wait == NULL || wait->waited || waiting >= REVOKED_WAITING
        || ngx_exiting)
    {
        return NGX_ABORT;
    }

    if (!wait->waits) {
        wait->ctx = ctx;
        wait->waits = 1;
        wait->begun = ngx_current_msec;
        ngx_queue_insert_tail(&revoked->waiting, &wait->queue);
        waiting++;
    }

    if (!revoked->look.timer_set) {
        ngx_add_timer(&revoked->look, REVOKED_LOOK);
    }

    return NGX_AGAIN;
}


void
api_http_revoked_forget(api_http_revoked_wait_t *wait)
{
    if (wait->waits) {
        wait->waits = 0;
        ngx_queue_remove(&wait->queue);
        waiting--;
    }
}


/* another worker may have asked for the first one */

static void
look(ngx_event_t *ev)
{
    api_http_revoked_t  *revoked;

    revoked = ev->data;

    wake(revoked, ngx_exiting);

    if (!ngx_queue_empty(&revoked->waiting)) {
        ngx_add_timer(&revoked->look, REVOKED_LOOK);
    }
}


/* each request leaves the line before it is resumed: it may end another one */

static void
wake(api_http_revoked_t *revoked, ngx_uint_t all)
{
    api_http_revoked_wait_t  *wait;

    while (!ngx_queue_empty(&revoked->waiting)) {

        wait = ngx_queue_data(ngx_queue_head(&revoked->waiting),
                              api_http_revoked_wait_t, queue);

        /* those behind came later, and may wait longer */

        if (!all && revoked->place->shared->published == 0
            && ngx_current_msec - wait->begun < REVOKED_WAIT)
        {
            return;
        }

        api_http_revoked_forget(wait);

        wait->waited = 1;
        wait->ctx->resume(wait->ctx);
    }
}
