
#include "db/brisk.h"
#include "db/conn.h"
#include "db/lane.h"
#include "db/line.h"
#include "db/slow.h"
#include "engine.h"
#include "test.h"


static api_db_conn_t *
pick(api_db_t *db, const api_db_plan_t *plan)
{
    db->want = 0;

    return api_db_lane_pick(db, engine_job(db, plan), API_DB_LANES);
}


static void
which_lane(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *job;
    api_db_plan_t  *plan;
    api_db_step_t  *steps;

    db = engine_create(pool, 10);

    /* fast ones share, by their kind */

    job = engine_job(db, engine_plan_of(db, ENGINE_READ, 500));
    check_int(api_db_lane_of(db, job), API_DB_READ);

    job->alone = 1;
    check_int(api_db_lane_of(db, job), API_DB_ALONE);

    job = engine_job(db, engine_plan_of(db, ENGINE_WRITE, 500));
    check_int(api_db_lane_of(db, job), API_DB_WRITE);

    /* slow, unknown and large ones do not */

    job = engine_job(db, engine_plan_of(db, ENGINE_READ, 26000));
    check_int(api_db_lane_of(db, job), API_DB_ALONE);

    job = engine_job(db, engine_plan_of(db, ENGINE_READ, 0));
    check_int(api_db_lane_of(db, job), API_DB_ALONE);

    plan = engine_plan_of(db, ENGINE_READ, 500);
    db->costs[plan->id].bulky = 1;
    check_int(api_db_lane_of(db, engine_job(db, plan)), API_DB_ALONE);

    /* nor what leaves something that only the session's end takes away */

    plan = engine_plan_of(db, ENGINE_READ, 500);
    plan->sticky = 1;
    check_int(api_db_lane_of(db, engine_job(db, plan)), API_DB_ALONE);

    /* nor a dialogue: what its second statement is hangs on the first */

    plan = engine_plan_of(db, ENGINE_WRITE, 500);
    steps = ngx_pcalloc(pool, 2 * sizeof(api_db_step_t));
    steps[0] = plan->steps[0];
    steps[1] = plan->steps[0];
    steps[1].depends = 1;
    plan->steps = steps;
    plan->nsteps = 2;
    check_int(api_db_lane_of(db, engine_job(db, plan)), API_DB_ALONE);

    plan = engine_plan_of(db, ENGINE_WRITE, 500);
    plan->confirm = 1;
    check_int(api_db_lane_of(db, engine_job(db, plan)), API_DB_ALONE);

    /* a read has nothing to confirm */

    plan = engine_plan_of(db, ENGINE_READ, 500);
    plan->confirm = 1;
    check_int(api_db_lane_of(db, engine_job(db, plan)), API_DB_READ);

    /* and behind a pooler of transactions everything is one */

    db->pooler = API_DB_POOLER_TRANSACTION;
    plan = engine_plan_of(db, ENGINE_READ, 500);
    check_int(api_db_lane_of(db, engine_job(db, plan)), API_DB_ALONE);
}


static void
a_slow_one_leaves_one_to_the_others(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *slow, *fast;

    db = engine_create(pool, 3);
    slow = engine_plan_of(db, ENGINE_READ, 50000);
    fast = engine_plan_of(db, ENGINE_READ, 500);
    (void) engine_conn(db, API_DB_READ);
    (void) engine_conn(db, API_DB_READ);
    (void) engine_conn(db, API_DB_READ);

    conn = pick(db, slow);
    check(conn != NULL);
    (void) engine_busy(conn, slow);
    check_int(db->slow, 1);
    check_int(conn->exclusive, 1);

    conn = pick(db, slow);
    check(conn != NULL);
    (void) engine_busy(conn, slow);

    /* the last one is for what is fast */

    check(pick(db, slow) == NULL);

    conn = pick(db, fast);
    check(conn != NULL && !conn->exclusive);
    (void) engine_busy(conn, fast);
    check(pick(db, slow) == NULL);
    check(pick(db, fast) == conn);
}


static void
the_only_one_serves_all(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *slow;

    db = engine_create(pool, 1);
    slow = engine_plan_of(db, ENGINE_READ, 50000);
    conn = engine_conn(db, API_DB_READ);

    check(pick(db, slow) == conn);
}


static void
unknown_ones_are_tried_a_few_at_a_time(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i, n;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 40);

    for (i = 0; i < 20; i++) {
        (void) engine_conn(db, API_DB_READ);
    }

    plan = engine_plan_of(db, ENGINE_READ, 0);

    for (n = 0; n < 20; n++) {
        conn = pick(db, plan);
        if (conn == NULL) {
            break;
        }

        check_int(conn->exclusive, 0);
        (void) engine_busy(conn, plan);
        check_int(conn->exclusive, 1);
    }

    check_int(n, 4);

    /* another plan is tried beside them, once */

    plan = engine_plan_of(db, ENGINE_READ, 0);
    conn = pick(db, plan);
    check(conn != NULL);
    (void) engine_busy(conn, plan);
    check(pick(db, plan) == NULL);
}


static void
one_that_would_be_refused_may_have_the_last(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn, *last;
    api_db_job_t   *job;
    api_db_plan_t  *slow, *fast;

    db = engine_create(pool, 2);
    slow = engine_plan_of(db, ENGINE_READ, 50000);
    fast = engine_plan_of(db, ENGINE_READ, 500);
    (void) engine_conn(db, API_DB_READ);
    (void) engine_conn(db, API_DB_READ);

    conn = pick(db, slow);
    (void) engine_busy(conn, slow);

    job = engine_job(db, slow);
    api_db_line_join(db, job);
    check(api_db_lane_pick(db, job, API_DB_ALONE) == NULL);

    /* a tenth of its time is left */

    event_pass(4499);
    check(api_db_lane_pick(db, job, API_DB_ALONE) == NULL);
    event_pass(1);
    last = api_db_lane_pick(db, job, API_DB_ALONE);
    check(last != NULL && last != conn);

    /* but not while something fast waits */

    api_db_line_join(db, engine_job(db, fast));
    check(api_db_lane_pick(db, job, API_DB_ALONE) == NULL);
}


static void
but_not_where_fast_ones_keep_coming(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *job;
    api_db_plan_t  *slow;

    db = engine_create(pool, 2);
    slow = engine_plan_of(db, ENGINE_READ, 50000);
    (void) engine_conn(db, API_DB_READ);
    (void) engine_conn(db, API_DB_READ);

    (void) engine_busy(pick(db, slow), slow);

    job = engine_job(db, slow);
    api_db_line_join(db, job);

    event_pass(3500);
    api_db_brisk_came(&db->limit);
    event_pass(900);
    check(api_db_lane_pick(db, job, API_DB_ALONE) == NULL);

    /* not even one for whom the line was full */

    job->pressed = 1;
    check(api_db_lane_pick(db, job, API_DB_ALONE) == NULL);

    event_pass(100);
    check(api_db_lane_pick(db, job, API_DB_ALONE) != NULL);
}


static void
the_one_used_longest_ago(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *oldest;
    api_db_plan_t  *slow;

    db = engine_create(pool, 4);
    slow = engine_plan_of(db, ENGINE_READ, 50000);
    (void) engine_conn(db, API_DB_WRITE);
    oldest = engine_conn(db, API_DB_READ);
    (void) engine_conn(db, API_DB_READ);
    (void) engine_conn(db, API_DB_READ);

    /* of its own mode, if there is one */

    check(pick(db, slow) == oldest);
}


static void
one_is_reserved_for_a_line(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *read, *write;

    db = engine_create(pool, 1);
    read = engine_plan_of(db, ENGINE_READ, 500);
    write = engine_plan_of(db, ENGINE_WRITE, 500);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, read);
    api_db_line_join(db, engine_job(db, write));

    api_db_lane_reserve(db, API_DB_WRITE);
    check(db->lines[API_DB_WRITE].reserved == conn);

    /* it is not fed any more, or it would never be idle */

    check(pick(db, read) == NULL);

    engine_answer(conn);
    check(pick(db, read) == NULL);
    check(api_db_lane_pick(db, engine_job(db, write), API_DB_WRITE) == conn);

    api_db_lane_unreserve(conn);
    check(db->lines[API_DB_WRITE].reserved == NULL);
    check(pick(db, read) == conn);
}


static void
none_is_while_more_can_be_opened(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *read, *write;

    db = engine_create(pool, 2);
    read = engine_plan_of(db, ENGINE_READ, 500);
    write = engine_plan_of(db, ENGINE_WRITE, 500);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, read);
    api_db_line_join(db, engine_job(db, write));

    check_int(api_db_lane_growing(db), 1);
    api_db_lane_reserve(db, API_DB_WRITE);
    check(db->lines[API_DB_WRITE].reserved == NULL);

    /* nor while one is coming */

    (void) engine_coming(db);
    check_int(api_db_lane_growing(db), 0);
    api_db_lane_reserve(db, API_DB_WRITE);
    check(db->lines[API_DB_WRITE].reserved == NULL);
}


static const test_case_t  cases[] = {
    { "which lane", which_lane },
    { "a slow one leaves one to the others",
      a_slow_one_leaves_one_to_the_others },
    { "the only one serves all", the_only_one_serves_all },
    { "unknown ones are tried a few at a time",
      unknown_ones_are_tried_a_few_at_a_time },
    { "one that would be refused may have the last",
      one_that_would_be_refused_may_have_the_last },
    { "but not where fast ones keep coming",
      but_not_where_fast_ones_keep_coming },
    { "the one used longest ago", the_one_used_longest_ago },
    { "one is reserved for a line", one_is_reserved_for_a_line },
    { "none is while more can be opened", none_is_while_more_can_be_opened },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
