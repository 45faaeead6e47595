
#include "db/conn.h"
#include "db/lane.h"
#include "db/pack.h"
#include "db/readers.h"
#include "engine.h"
#include "test.h"


/* the connection a new job of this plan is given to */

static api_db_conn_t *
pick(api_db_t *db, const api_db_plan_t *plan)
{
    db->want = 0;

    return api_db_pack_pick(db, engine_job(db, plan), API_DB_LANES);
}


static api_db_plan_t *
fast(api_db_t *db, ngx_uint_t read_only)
{
    api_db_plan_t  *plan;

    plan = engine_plan(db, read_only);
    engine_known(db, plan, 200);

    return plan;
}


static void
reads_fill_one_connection_first(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_conn_t  *first, *second;
    api_db_plan_t  *plan, *other;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_READ);
    other = fast(db, ENGINE_READ);
    (void) engine_conn(db, API_DB_READ);
    (void) engine_conn(db, API_DB_READ);

    first = pick(db, plan);
    check(first != NULL);

    /* 3 ms of them */

    for (i = 0; i < 15; i++) {
        test_note("job %d", (int) i);
        check(pick(db, i % 2 ? plan : other) == first);
        (void) engine_busy(first, i % 2 ? plan : other);
    }

    second = pick(db, other);
    check(second != NULL && second != first);
    check_int(db->want, 0);
}


static void
the_one_used_last_comes_first(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_READ);
    (void) engine_conn(db, API_DB_READ);
    conn = engine_conn(db, API_DB_READ);

    check(pick(db, plan) == conn);
}


static void
writes_spread(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *first;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_WRITE);
    (void) engine_conn(db, API_DB_WRITE);
    (void) engine_conn(db, API_DB_WRITE);

    /* 0.3 ms of them: each commit waits for the disk */

    first = pick(db, plan);
    (void) engine_busy(first, plan);
    check(pick(db, plan) == first);
    (void) engine_busy(first, plan);

    check(pick(db, plan) != first);
    check(pick(db, plan) != NULL);
}


static void
the_least_busy_where_all_are(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_conn_t  *one, *two;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_WRITE);
    one = engine_conn(db, API_DB_WRITE);
    two = engine_conn(db, API_DB_WRITE);

    for (i = 0; i < 10; i++) {
        (void) engine_busy(one, plan);
        (void) engine_busy(two, plan);
    }

    (void) engine_busy(two, plan);

    check(pick(db, plan) == one);
    check_int(db->want, 1);
}


static void
a_crowd_leaves_the_last_one_to_others(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_conn_t  *one, *two;
    api_db_plan_t  *plan, *other;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_READ);
    other = fast(db, ENGINE_READ);
    one = engine_conn(db, API_DB_READ);
    two = engine_conn(db, API_DB_READ);

    (void) engine_busy(one, other);

    for (i = 0; i < 20; i++) {
        (void) engine_busy(one, plan);
    }

    check(pick(db, plan) == one);
    check_int(db->want, 1);
    check(pick(db, other) == two);

    /* where nothing else runs there is nobody to leave it to */

    event_pass(1001);
    engine_known(db, plan, 200);
    one->segments.next = &one->segments;
    one->segments.prev = &one->segments;
    check(pick(db, plan) == two);
}


static void
no_more_than_128_of_them(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    engine_known(db, plan, 1);
    conn = engine_conn(db, API_DB_READ);

    for (i = 0; i < API_DB_IN_FLIGHT; i++) {
        check(pick(db, plan) == conn);
        (void) engine_busy(conn, plan);
    }

    check(pick(db, plan) == NULL);
    check_int(db->want, 1);
}


static void
better_wait_than_behind_50_ms(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan, *other;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_READ);
    other = engine_plan(db, ENGINE_READ);
    engine_known(db, other, 24000);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, other);
    (void) engine_busy(conn, other);
    check(pick(db, plan) == conn);

    (void) engine_busy(conn, other);
    check(pick(db, plan) == NULL);
}


static void
nothing_is_put_behind_what_is_late(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_READ);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, plan);

    /* 20 ms beyond what was expected */

    event_pass_us(20200);
    check(pick(db, plan) == NULL);

    conn->moved = api_db_now() - 20199;
    check(pick(db, plan) == conn);

    /* nor behind what has stalled */

    conn->stalled = conn->moved;
    check(pick(db, plan) == NULL);
}


static void
others_go_beside_what_is_late(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn, *idle;
    api_db_plan_t  *plan, *other;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_READ);
    other = fast(db, ENGINE_READ);
    idle = engine_conn(db, API_DB_READ);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, plan);

    /* twice what was expected, and 2 ms */

    event_pass_us(2400);
    check(pick(db, other) == conn);

    event_pass_us(1);
    check(pick(db, other) == idle);
    check_int(db->want, 0);

    /* its own kind stays with it, and spoils no other one */

    check(pick(db, plan) == conn);

    /* where there is no other one it is still better than none */

    idle->reserved = API_DB_WRITE + 1;
    check(pick(db, other) == conn);
    check_int(db->want, 0);
}


static void
a_new_one_comes_last(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *old, *fresh;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_READ);
    old = engine_conn(db, API_DB_READ);

    fresh = engine_conn(db, API_DB_READ);
    fresh->proven = 0;
    api_db_conn_state(fresh, API_DB_CONN_IDLE);

    check(pick(db, plan) == old);

    (void) engine_busy(old, plan);
    old->exclusive = 1;
    check(pick(db, plan) == fresh);
}


static void
what_stalls_turns_no_other_one(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *read, *write;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_WRITE);
    read = engine_conn(db, API_DB_READ);
    write = engine_conn(db, API_DB_WRITE);

    (void) engine_busy(write, plan);
    write->stalled = write->moved + 1;
    write->exclusive = 1;
    api_db_readers_came(db, fast(db, ENGINE_READ));
    check(pick(db, plan) == NULL);

    /* but what nobody reads by is free for it */

    db->came[API_DB_READ] = ngx_current_msec - 10000;
    check(pick(db, plan) == read);
}


static void
a_mode_keeps_one_connection(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *read, *write;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_WRITE);
    read = engine_conn(db, API_DB_READ);

    /* none at all of its own: it turns the other's */

    check(pick(db, plan) == read);

    write = engine_conn(db, API_DB_WRITE);
    write->exclusive = 1;
    api_db_conn_state(write, API_DB_CONN_BUSY);

    write = engine_conn(db, API_DB_WRITE);
    (void) engine_busy(write, plan);
    (void) engine_busy(write, plan);

    /* the last one for reads stays so, unless nothing was read for a while */

    api_db_readers_came(db, fast(db, ENGINE_READ));
    check(pick(db, plan) == write);

    db->came[API_DB_READ] = ngx_current_msec - 10000;
    check(pick(db, plan) == read);
}


/* reads do not wait beside one that only writes have used, or nobody yet */

static void
a_mode_that_nobody_needs_keeps_none(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *read, *write;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_READ);
    read = engine_conn(db, API_DB_READ);
    write = engine_conn(db, API_DB_WRITE);

    (void) engine_busy(read, plan);
    read->stalled = read->moved + 1;
    read->exclusive = 1;

    api_db_readers_came(db, fast(db, ENGINE_WRITE));
    check(pick(db, plan) == NULL);

    db->came[API_DB_WRITE] = ngx_current_msec - 1000;
    check(pick(db, plan) == write);
}


static void
a_reserved_one_is_not_fed(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *job;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = fast(db, ENGINE_READ);
    conn = engine_conn(db, API_DB_READ);
    job = engine_job(db, plan);

    conn->reserved = API_DB_WRITE + 1;

    check(api_db_pack_pick(db, job, API_DB_LANES) == NULL);
    check(api_db_pack_pick(db, job, API_DB_READ) == NULL);
    check(api_db_pack_pick(db, job, API_DB_WRITE) == conn);
}


static const test_case_t  cases[] = {
    { "reads fill one connection first", reads_fill_one_connection_first },
    { "the one used last comes first", the_one_used_last_comes_first },
    { "writes spread", writes_spread },
    { "the least busy where all are", the_least_busy_where_all_are },
    { "a crowd leaves the last one to others",
      a_crowd_leaves_the_last_one_to_others },
    { "no more than 128 of them", no_more_than_128_of_them },
    { "better wait than behind 50 ms", better_wait_than_behind_50_ms },
    { "nothing is put behind what is late",
      nothing_is_put_behind_what_is_late },
    { "others go beside what is late", others_go_beside_what_is_late },
    { "a new one comes last", a_new_one_comes_last },
    { "what stalls turns no other one", what_stalls_turns_no_other_one },
    { "a mode keeps one connection", a_mode_keeps_one_connection },
    { "a mode that nobody needs keeps none",
      a_mode_that_nobody_needs_keeps_none },
    { "a reserved one is not fed", a_reserved_one_is_not_fed },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
