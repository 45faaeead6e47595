
#include "db/conn.h"
#include "db/cost.h"
#include "db/stall.h"
#include "engine.h"
#include "test.h"


#define LEAST  8000            /* µs until something is said to stall */


/* one look at all connections, whatever the timer says */

static void
look(api_db_t *db)
{
    if (db->look.timer_set) {
        ngx_event_del_timer(&db->look);
    }

    db->look.handler(&db->look);
}


static void
reads_go_elsewhere_after_8_ms(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *head, *behind;
    api_db_conn_t  *conn, *other;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_READ, 200);
    other = engine_conn(db, API_DB_READ);
    conn = engine_conn(db, API_DB_READ);

    head = engine_busy(conn, plan);
    behind = engine_busy(conn, plan);

    look(db);
    look(db);
    event_pass_us(LEAST - 1);
    look(db);
    check(engine_on(behind, conn));
    check_int(conn->stalled, 0);

    event_pass_us(1);
    look(db);
    check(conn->stalled != 0);
    check(engine_on(behind, other));

    /* the head itself goes on where it is */

    check(engine_on(head, conn));
}


static void
or_three_times_what_was_expected(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *behind;
    api_db_conn_t  *conn, *other;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_READ, 4000);
    other = engine_conn(db, API_DB_READ);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, plan);
    behind = engine_busy(conn, plan);

    look(db);
    look(db);
    event_pass_us(3 * 4000 - 1);
    look(db);
    check(engine_on(behind, conn));

    event_pass_us(1);
    look(db);
    check(engine_on(behind, other));
}


static void
not_before_three_looks(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_READ, 200);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, plan);

    /* this process had no processor: the answer may be there */

    event_pass_us(5 * LEAST);
    look(db);
    check_int(conn->stalled, 0);
    look(db);
    check_int(conn->stalled, 0);
    look(db);
    check(conn->stalled != 0);

    /* another one is looked at anew */

    conn = engine_conn(db, API_DB_READ);
    (void) engine_busy(conn, plan);
    (void) engine_busy(conn, plan);
    look(db);
    look(db);
    event_pass_us(100);
    engine_answer(conn);
    event_pass_us(LEAST);
    look(db);
    check_int(conn->stalled, 0);
}


static void
the_timer_looks_in_time(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *behind;
    api_db_conn_t  *conn, *other;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_READ, 200);
    other = engine_conn(db, API_DB_READ);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, plan);
    behind = engine_busy(conn, plan);

    event_pass(7);
    check(engine_on(behind, conn));
    event_pass(5);
    check(engine_on(behind, other));

    /* nothing is in flight: nobody looks */

    engine_answer(conn);
    engine_answer(conn);
    ngx_queue_init(&other->pending);
    other->in_flight = 0;
    db->counts[API_DB_CONN_BUSY] = 0;
    event_pass(10);
    check_int(db->look.timer_set, 0);
}


static void
writes_that_were_sent_stay(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *behind;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_WRITE, 200);
    (void) engine_conn(db, API_DB_WRITE);
    conn = engine_conn(db, API_DB_WRITE);

    (void) engine_busy(conn, plan);
    behind = engine_busy(conn, plan);

    event_pass(300);
    check(conn->stalled != 0);
    check(engine_on(behind, conn));
}


static void
a_read_moves_three_times(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *behind;
    api_db_conn_t  *conn, *other;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_READ, 200);
    other = engine_conn(db, API_DB_READ);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, plan);
    behind = engine_busy(conn, plan);
    behind->moved = 2;

    event_pass(12);
    check(engine_on(behind, other));
    check_int(behind->moved, 3);

    /* then it stays where it is */

    conn = engine_conn(db, API_DB_READ);
    (void) engine_busy(conn, plan);
    behind = engine_busy(conn, plan);
    behind->moved = 3;
    (void) engine_conn(db, API_DB_READ);

    event_pass(12);
    check(conn->stalled != 0);
    check(engine_on(behind, conn));
}


static void
after_25_ms_it_is_slow(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_READ, 200);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, plan);

    event_pass(24);
    check_int(db->slow, 0);
    check(!api_db_cost_slow(api_db_cost_of(db, plan)));

    event_pass(6);
    check_int(db->slow, 1);
    check(api_db_cost_sudden(api_db_cost_of(db, plan)));

    /* until it is done */

    engine_answer(conn);
    check_int(db->slow, 0);
    check(!api_db_cost_slow(api_db_cost_of(db, plan)));
}


static void
it_is_the_statement_only_where_others_get_on(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_conn_t  *conn, *other;
    api_db_plan_t  *plan, *fast;

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_READ, 200);
    conn = engine_conn(db, API_DB_READ);

    (void) engine_busy(conn, plan);
    event_pass(100);
    check(!api_db_cost_fickle(api_db_cost_of(db, plan)));

    fast = engine_plan_of(db, ENGINE_READ, 200);
    other = engine_conn(db, API_DB_READ);

    for (i = 0; i < 4; i++) {
        (void) engine_busy(other, fast);
        engine_answer(other);
    }

    event_pass(5);
    check(api_db_cost_fickle(api_db_cost_of(db, plan)));
}


static void
a_read_that_nobody_waits_for_is_cut(ngx_pool_t *pool)
{
    api_db_t         *db;
    api_db_job_t     *job;
    api_db_conn_t    *conn;
    api_db_plan_t    *plan;
    api_db_flight_t  *flight;

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_READ, 200);
    conn = engine_conn(db, API_DB_READ);

    job = engine_busy(conn, plan);
    flight = job->flight;
    flight->job = NULL;

    event_pass(100);
    check_int(engine.cut, 0);
    event_pass(4);
    check_int(engine.cut, 1);

    /* a write runs to its end */

    db = engine_create(pool, 10);
    plan = engine_plan_of(db, ENGINE_WRITE, 200);
    conn = engine_conn(db, API_DB_WRITE);

    job = engine_busy(conn, plan);
    flight = job->flight;
    flight->job = NULL;

    event_pass(1000);
    check_int(engine.cut, 0);
}


/* nobody waits for what runs on it */

static api_db_conn_t *
deserted(api_db_t *db, ngx_uint_t read_only, ngx_uint_t n)
{
    ngx_uint_t        i;
    api_db_job_t     *job;
    api_db_conn_t    *conn;
    api_db_plan_t    *plan;
    api_db_flight_t  *flight;

    plan = engine_plan_of(db, read_only, 200);
    conn = engine_conn(db, read_only ? API_DB_READ : API_DB_WRITE);

    for (i = 0; i < n; i++) {
        job = engine_busy(conn, plan);
        flight = job->flight;
        flight->job = NULL;
    }

    conn->exclusive = 1;
    conn->plan = plan;

    return conn;
}


static void
alone_it_is_stopped_and_the_connection_stays(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;

    db = engine_create(pool, 10);
    conn = deserted(db, ENGINE_READ, 1);

    event_pass(39);
    check_int(engine.stopped, 0);
    event_pass(5);
    check_int(engine.stopped, 1);

    /* once, and it is not cut either */

    event_pass(1000);
    check_int(engine.stopped, 1);
    check_int(engine.cut, 0);

    /* it goes on when the request is over as well */

    conn->in_flight = 0;
    ngx_queue_init(&conn->segments);
    conn->stopping = 1;
    api_db_conn_rest(conn);
    check_int(conn->state, API_DB_CONN_BUSY);

    conn->stopping = 0;
    api_db_conn_rest(conn);
    check_int(conn->state, API_DB_CONN_IDLE);
    check_int(conn->stopped, 0);
}


static void
but_no_write_and_not_through_a_pooler(ngx_pool_t *pool)
{
    api_db_t  *db;

    db = engine_create(pool, 10);
    (void) deserted(db, ENGINE_WRITE, 1);
    event_pass(300);
    check_int(engine.stopped, 0);
    check_int(engine.cut, 0);

    db = engine_create(pool, 10);
    db->pooler = API_DB_POOLER_SESSION;
    (void) deserted(db, ENGINE_READ, 1);
    event_pass(300);
    check_int(engine.stopped, 0);
    check_int(engine.cut, 1);

    /* of several a cancel would end only the first */

    db = engine_create(pool, 10);
    (void) deserted(db, ENGINE_READ, 2);
    event_pass(300);
    check_int(engine.stopped, 0);
    check_int(engine.cut, 1);
}


static const test_case_t  cases[] = {
    { "reads go elsewhere after 8 ms", reads_go_elsewhere_after_8_ms },
    { "or three times what was expected", or_three_times_what_was_expected },
    { "not before three looks", not_before_three_looks },
    { "the timer looks in time", the_timer_looks_in_time },
    { "writes that were sent stay", writes_that_were_sent_stay },
    { "a read moves three times", a_read_moves_three_times },
    { "after 25 ms it is slow", after_25_ms_it_is_slow },
    { "it is the statement only where others get on",
      it_is_the_statement_only_where_others_get_on },
    { "a read that nobody waits for is cut",
      a_read_that_nobody_waits_for_is_cut },
    { "alone it is stopped, and the connection stays",
      alone_it_is_stopped_and_the_connection_stays },
    { "but no write, and not through a pooler",
      but_no_write_and_not_through_a_pooler },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
