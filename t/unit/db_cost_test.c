
#include "db/cost.h"
#include "engine.h"
#include "test.h"


#define MS  1000


/* a job of this plan is sent, takes so long, and comes back alone */

static void
takes(api_db_conn_t *conn, const api_db_plan_t *plan, ngx_uint_t us)
{
    (void) engine_busy(conn, plan);
    event_pass(us / MS);
    event_pass_us(us % MS);
    engine_answer(conn);
}


static void
nothing_is_known_at_first(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    conn = engine_conn(db, API_DB_READ);

    check(api_db_cost_fickle(api_db_cost_of(db, plan)));
    check(!api_db_cost_slow(api_db_cost_of(db, plan)));
    check_int(api_db_cost_expected(db, plan), 0);

    takes(conn, plan, 400);

    check(!api_db_cost_fickle(api_db_cost_of(db, plan)));
    check_int(api_db_cost_expected(db, plan), 400);
}


static void
the_first_ones_count_more(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    conn = engine_conn(db, API_DB_READ);

    /* with cold caches, and a Parse */

    takes(conn, plan, 8000);
    takes(conn, plan, 1000);
    check_int(api_db_cost_expected(db, plan), 4500);

    takes(conn, plan, 1000);
    check_int(api_db_cost_expected(db, plan), 3333);

    for (i = 0; i < 40; i++) {
        takes(conn, plan, 1000);
    }

    check(api_db_cost_expected(db, plan) < 1050);

    /* from the eighth on each is an eighth */

    engine_known(db, plan, 1000);
    takes(conn, plan, 9000);
    check_int(api_db_cost_expected(db, plan), 2000);
}


static void
slow_is_above_25_ms(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);

    engine_known(db, plan, API_DB_COST_SLOW);
    check(!api_db_cost_slow(api_db_cost_of(db, plan)));

    engine_known(db, plan, API_DB_COST_SLOW + 1);
    check(api_db_cost_slow(api_db_cost_of(db, plan)));
    check(!api_db_cost_sudden(api_db_cost_of(db, plan)));

    /* what one of them meets now, a lock, the next one will meet as well */

    engine_known(db, plan, 1000);
    db->costs[plan->id].stuck = 1;
    check(api_db_cost_slow(api_db_cost_of(db, plan)));
    check(api_db_cost_sudden(api_db_cost_of(db, plan)));
}


static void
once_slow_is_not_always_slow(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    conn = engine_conn(db, API_DB_READ);

    engine_known(db, plan, 1000);

    /* a second counts as 75 ms do */

    takes(conn, plan, 1000000);
    check_int(api_db_cost_expected(db, plan), 1000 + (75000 - 1000) / 8);
    check(!api_db_cost_slow(api_db_cost_of(db, plan)));

    /* but again and again */

    for (i = 0; i < 4; i++) {
        takes(conn, plan, 1000000);
    }

    check(api_db_cost_slow(api_db_cost_of(db, plan)));
}


static void
it_is_remembered_for_a_while(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    conn = engine_conn(db, API_DB_READ);

    engine_known(db, plan, 1000);

    api_db_cost_running(db, plan, 60 * MS);
    check(api_db_cost_fickle(api_db_cost_of(db, plan)));

    /* some time is not enough, nor are some jobs */

    event_pass(10000);
    check(api_db_cost_fickle(api_db_cost_of(db, plan)));

    for (i = 0; i < 100; i++) {
        takes(conn, plan, 1000);
    }

    check(api_db_cost_fickle(api_db_cost_of(db, plan)));

    /* both are */

    for (i = 0; i < 4000; i++) {
        takes(conn, plan, 1000);
    }

    check(!api_db_cost_fickle(api_db_cost_of(db, plan)));
}


static void
of_several_nobody_knows_which(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    conn = engine_conn(db, API_DB_READ);

    engine_known(db, plan, 1000);

    (void) engine_busy(conn, plan);
    event_pass(200);
    conn->woken = api_db_now();

    api_db_cost_completed(conn, ngx_queue_data(ngx_queue_head(&conn->segments),
                                               api_db_segment_t, queue),
                          plan, 2);

    check_int(api_db_cost_expected(db, plan), 1000);
    check_int(db->completed, 1);

    /* of what is fast each has its part */

    engine_known(db, plan, 1000);

    conn = engine_conn(db, API_DB_READ);
    (void) engine_busy(conn, plan);
    event_pass(20);
    conn->woken = api_db_now();

    api_db_cost_completed(conn, ngx_queue_data(ngx_queue_head(&conn->segments),
                                               api_db_segment_t, queue),
                          plan, 2);

    check_int(api_db_cost_expected(db, plan), 1000 + (10000 - 1000) / 8);
}


static void
the_least_is_the_server_s_own_work(ngx_pool_t *pool)
{
    api_db_t       *db;
    uint64_t        load;
    ngx_uint_t      i;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    conn = engine_conn(db, API_DB_READ);

    takes(conn, plan, 4000);
    check_int(api_db_cost_load(db, plan), 4001);

    /* half way down at once */

    takes(conn, plan, 1000);
    check_int(api_db_cost_load(db, plan), 2501);

    for (i = 0; i < 20; i++) {
        takes(conn, plan, 1000);
    }

    load = api_db_cost_load(db, plan);
    check(load < 1010);

    /* a busy machine does not make it more, but some two hundred jobs do */

    for (i = 0; i < 20; i++) {
        takes(conn, plan, 8000);
    }

    check(api_db_cost_load(db, plan) < load * 11 / 10);

    for (i = 0; i < 160; i++) {
        takes(conn, plan, 8000);
    }

    check(api_db_cost_load(db, plan) > load * 18 / 10);
    check(api_db_cost_load(db, plan) < load * 22 / 10);
}


static void
large_results_are_remembered(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);

    api_db_cost_bulk(db, plan, 1024 * 1024);
    check_int(db->costs[plan->id].bulky, 0);

    api_db_cost_bulk(db, plan, 1024 * 1024 + 1);

    for (i = 0; i < 256; i++) {
        check(db->costs[plan->id].bulky);
        api_db_cost_bulk(db, plan, 10);
    }

    check_int(db->costs[plan->id].bulky, 0);
}


/* two workers with the same statements; reads: whether the second one's are */

static void
two_workers(ngx_pool_t *pool, ngx_uint_t reads, api_db_plan_t **plans,
    api_db_t **dbs)
{
    ngx_uint_t       i;
    ngx_shm_zone_t  *zone;

    zone = engine_zone(pool);

    for (i = 0; i < 2; i++) {
        dbs[i] = engine_create(pool, 10);
        engine_worker(&dbs[i]->limit, zone, i, 10);
        plans[i] = engine_plan(dbs[i], i == 0 || reads);
    }
}


static void
another_worker_knows_it(ngx_pool_t *pool)
{
    api_db_t       *dbs[2];
    ngx_uint_t      i;
    api_db_conn_t  *conn;
    api_db_cost_t  *cost;
    api_db_plan_t  *plans[2];

    two_workers(pool, 1, plans, dbs);

    conn = engine_conn(dbs[0], API_DB_READ);
    (void) api_db_cost_of(dbs[0], plans[0]);

    for (i = 0; i < 40; i++) {
        takes(conn, plans[0], 60000);
    }

    cost = api_db_cost_of(dbs[1], plans[1]);
    check(cost->n);
    check(api_db_cost_slow(cost));
    check(api_db_cost_expected(dbs[1], plans[1]) > 59000);
    check(api_db_cost_expected(dbs[1], plans[1]) < 61000);
    check(api_db_cost_load(dbs[1], plans[1]) > 50000);

    /* a write of the same text is another plan */

    two_workers(pool, 0, plans, dbs);

    conn = engine_conn(dbs[0], API_DB_READ);
    (void) api_db_cost_of(dbs[0], plans[0]);
    takes(conn, plans[0], 60000);

    check_int(api_db_cost_of(dbs[1], plans[1])->n, 0);
}


static void
and_that_it_was_slow_once(ngx_pool_t *pool)
{
    api_db_t       *dbs[2];
    api_db_conn_t  *conn;
    api_db_plan_t  *plans[2];

    two_workers(pool, 1, plans, dbs);

    conn = engine_conn(dbs[0], API_DB_READ);
    (void) api_db_cost_of(dbs[0], plans[0]);
    takes(conn, plans[0], 1000);
    api_db_cost_running(dbs[0], plans[0], 80 * MS);

    check(api_db_cost_fickle(api_db_cost_of(dbs[1], plans[1])));
    check(api_db_cost_of(dbs[1], plans[1])->n);
}


static const test_case_t  cases[] = {
    { "nothing is known at first", nothing_is_known_at_first },
    { "the first ones count more", the_first_ones_count_more },
    { "slow is above 25 ms", slow_is_above_25_ms },
    { "once slow is not always slow", once_slow_is_not_always_slow },
    { "it is remembered for a while", it_is_remembered_for_a_while },
    { "of several nobody knows which", of_several_nobody_knows_which },
    { "the least is the server's own work",
      the_least_is_the_server_s_own_work },
    { "large results are remembered", large_results_are_remembered },
    { "another worker knows it", another_worker_knows_it },
    { "and that it was slow once", and_that_it_was_slow_once },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
