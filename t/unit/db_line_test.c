
#include "db/backoff.h"
#include "db/line.h"
#include "engine.h"
#include "test.h"


/* a job that waits from now on */

static api_db_job_t *
joins(api_db_t *db, const api_db_plan_t *plan)
{
    api_db_job_t  *job;

    job = engine_job(db, plan);
    api_db_line_join(db, job);
    event_pass_us(10);

    return job;
}


static void
served_in_order(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *jobs[4];
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 1);
    plan = engine_plan_of(db, ENGINE_READ, 60000);

    jobs[0] = joins(db, plan);
    jobs[1] = joins(db, plan);
    jobs[2] = joins(db, plan);
    check_int(db->waiting, 3);

    /* a slow one has a connection to itself */

    conn = engine_conn(db, API_DB_READ);
    api_db_line_serve(db);

    check(engine_on(jobs[0], conn));
    check_int(jobs[0]->waiting, 0);
    check_int(jobs[1]->waiting, 1);
    check_int(db->waiting, 2);

    /* what is sent again goes before all others */

    jobs[3] = engine_job(db, plan);
    api_db_line_return(db, jobs[3]);
    conn = engine_conn(db, API_DB_READ);
    (void) engine_conn(db, API_DB_READ);
    db->limit.max = 10;
    api_db_line_serve(db);

    check(engine_on(jobs[3], conn));
    check_int(jobs[1]->waiting, 1);
}


static void
the_oldest_of_all_lines_first(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *write, *read;
    api_db_conn_t  *conn;

    db = engine_create(pool, 1);

    write = joins(db, engine_plan_of(db, ENGINE_WRITE, 500));
    read = joins(db, engine_plan_of(db, ENGINE_READ, 500));

    conn = engine_conn(db, API_DB_READ);
    api_db_line_serve(db);

    check(engine_on(write, conn));
    check_int(read->waiting, 1);

    /* and the other one has it next, whoever comes meanwhile */

    check(db->lines[API_DB_READ].reserved == conn);
}


static void
many_fast_ones_share(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_job_t   *jobs[20];
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 1);
    plan = engine_plan_of(db, ENGINE_READ, 500);

    for (i = 0; i < 20; i++) {
        jobs[i] = joins(db, plan);
    }

    conn = engine_conn(db, API_DB_READ);
    api_db_line_serve(db);

    for (i = 0; i < 20; i++) {
        check(engine_on(jobs[i], conn));
    }

    check_int(db->waiting, 0);
    check_int(db->expire.timer_set, 0);
}


static void
another_plan_goes_past_one_that_may_not(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_job_t   *same, *other;
    api_db_conn_t  *conn;
    api_db_plan_t  *unknown;

    db = engine_create(pool, 20);
    unknown = engine_plan_of(db, ENGINE_READ, 0);

    /* four of it are being tried, no more are */

    for (i = 0; i < 4; i++) {
        conn = engine_conn(db, API_DB_READ);
        (void) engine_busy(conn, unknown);
    }

    conn = engine_conn(db, API_DB_READ);
    (void) engine_conn(db, API_DB_READ);

    same = joins(db, unknown);
    other = joins(db, engine_plan_of(db, ENGINE_READ, 0));

    api_db_line_serve(db);

    check_int(same->waiting, 1);
    check(engine_on(other, conn));
}


static void
who_waits_too_long_is_told(ngx_pool_t *pool)
{
    api_db_t      *db;
    ngx_uint_t     logged;
    api_db_job_t  *first, *second;

    db = engine_create(pool, 1);
    engine.open = NGX_BUSY;

    first = joins(db, engine_plan_of(db, ENGINE_READ, 500));
    event_pass(1000);
    second = joins(db, engine_plan_of(db, ENGINE_READ, 500));

    logged = event_logged();
    event_pass(3999);
    check_int(engine.nended, 0);

    event_pass(1);
    check_int(engine.nended, 1);
    check(engine.ended == first);
    check_int(engine.outcome, API_DB_LATE);
    check_int(first->waiting, 0);
    check(first->waited >= 4999 * 1000);

    event_pass(999);
    check_int(engine.nended, 1);
    event_pass(1);
    check(engine.ended == second);

    /* once a second it is logged */

    check_int(event_logged(), logged + 2);
    check_int(db->waiting, 0);
    check_int(db->expire.timer_set, 0);
}


static void
whose_database_is_away_as_well(ngx_pool_t *pool)
{
    api_db_t    *db;
    ngx_uint_t   logged;

    db = engine_create(pool, 1);
    engine.open = NGX_ERROR;

    (void) joins(db, engine_plan_of(db, ENGINE_READ, 500));
    check_int(api_db_backoff_failed(db, ngx_current_msec, 0), 0);

    logged = event_logged();
    event_pass(5000);

    check_int(engine.nended, 1);
    check_int(engine.outcome, API_DB_AWAY);
    check_int(event_logged(), logged);
}


static void
a_returned_job_waits_anew(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *old, *back;
    api_db_plan_t  *plan;

    db = engine_create(pool, 1);
    engine.open = NGX_BUSY;
    plan = engine_plan_of(db, ENGINE_READ, 500);

    old = joins(db, plan);
    event_pass(4000);

    back = engine_job(db, plan);
    api_db_line_return(db, back);

    event_pass(1000);
    check_int(engine.nended, 1);
    check(engine.ended == old);

    event_pass(4000);
    check_int(engine.nended, 2);
    check(engine.ended == back);
}


static void
one_that_leaves_is_not_told(ngx_pool_t *pool)
{
    api_db_t      *db;
    api_db_job_t  *job;

    db = engine_create(pool, 1);
    engine.open = NGX_BUSY;

    job = joins(db, engine_plan_of(db, ENGINE_READ, 500));
    api_db_line_leave(db, job);

    check_int(db->waiting, 0);
    check_int(db->expire.timer_set, 0);

    event_pass(10000);
    check_int(engine.nended, 0);
}


static void
before_others_are_refused_the_last_one_is_used(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *job;
    api_db_conn_t  *conn, *last;
    api_db_plan_t  *slow;

    db = engine_create(pool, 2);
    slow = engine_plan_of(db, ENGINE_READ, 60000);
    conn = engine_conn(db, API_DB_READ);
    (void) engine_busy(conn, slow);
    last = engine_conn(db, API_DB_READ);

    job = joins(db, slow);
    api_db_line_serve(db);
    check_int(job->waiting, 1);

    check_int(api_db_line_press(db), 1);
    check(engine_on(job, last));

    /* nobody waits, or nothing can be had: no room was made */

    check_int(api_db_line_press(db), 0);
    (void) joins(db, slow);
    check_int(api_db_line_press(db), 0);
}


static void
all_are_ended(ngx_pool_t *pool)
{
    api_db_t  *db;

    db = engine_create(pool, 1);

    (void) joins(db, engine_plan_of(db, ENGINE_READ, 500));
    (void) joins(db, engine_plan_of(db, ENGINE_WRITE, 500));
    (void) joins(db, engine_plan_of(db, ENGINE_READ, 0));

    api_db_line_clear(db, API_DB_AWAY);

    check_int(engine.nended, 3);
    check_int(engine.outcome, API_DB_AWAY);
    check_int(db->waiting, 0);
}


static void
what_is_reserved_for_nobody_is_free(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *job;
    api_db_conn_t  *conn;
    api_db_plan_t  *read;

    db = engine_create(pool, 1);
    read = engine_plan_of(db, ENGINE_READ, 500);
    conn = engine_conn(db, API_DB_READ);
    (void) engine_busy(conn, read);

    job = joins(db, engine_plan_of(db, ENGINE_WRITE, 500));
    api_db_line_serve(db);
    check_int(conn->reserved, API_DB_WRITE + 1);

    api_db_line_leave(db, job);
    api_db_line_serve(db);
    check_int(conn->reserved, 0);
    check(db->lines[API_DB_WRITE].reserved == NULL);
}


static const test_case_t  cases[] = {
    { "served in order", served_in_order },
    { "the oldest of all lines first", the_oldest_of_all_lines_first },
    { "many fast ones share", many_fast_ones_share },
    { "another plan goes past one that may not",
      another_plan_goes_past_one_that_may_not },
    { "who waits too long is told", who_waits_too_long_is_told },
    { "whose database is away as well", whose_database_is_away_as_well },
    { "a returned job waits anew", a_returned_job_waits_anew },
    { "one that leaves is not told", one_that_leaves_is_not_told },
    { "before others are refused the last one is used",
      before_others_are_refused_the_last_one_is_used },
    { "all are ended", all_are_ended },
    { "what is reserved for nobody is free",
      what_is_reserved_for_nobody_is_free },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
