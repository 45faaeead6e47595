
#include "db/backoff.h"
#include "db/conn.h"
#include "db/due.h"
#include "db/keep.h"
#include "db/line.h"
#include "engine.h"
#include "test.h"


#define PACE  50               /* ms: between two that are opened for trials */


/* the settings that only these tests change */

static api_db_conf_t *
conf_of(const api_db_t *db)
{
    return (api_db_conf_t *) (uintptr_t) db->conf;
}


/* what is to be done is done at this moment */

static void
looks(api_db_t *db)
{
    api_db_due(db);
    event_turn();
}


/* the connection that was begun is set up */

static api_db_conn_t *
arrives(api_db_t *db)
{
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    q = ngx_queue_head(&db->conns[API_DB_CONN_CONNECTING]);
    conn = ngx_queue_data(q, api_db_conn_t, queue);

    conn->born = ngx_current_msec;
    conn->used = ngx_current_msec;

    api_db_conn_state(conn, API_DB_CONN_IDLE);
    api_db_keep_settle(conn);
    looks(db);

    return conn;
}


static void
the_least_is_opened_at_once(ngx_pool_t *pool)
{
    api_db_t  *db;

    db = engine_create(pool, 10);
    db->minimum = 3;

    looks(db);
    check_int(engine.opened, 3);

    looks(db);
    check_int(engine.opened, 3);

    /* nobody needs one, so none is */

    db = engine_create(pool, 10);
    looks(db);
    check_int(engine.opened, 0);
}


static void
four_at_a_time(ngx_pool_t *pool)
{
    api_db_t  *db;

    db = engine_create(pool, 20);
    db->minimum = 9;

    looks(db);
    check_int(engine.opened, 4);

    (void) arrives(db);
    check_int(engine.opened, 5);

    /* one, where they fail */

    db = engine_create(pool, 20);
    db->minimum = 9;
    check_int(api_db_backoff_failed(db, ngx_current_msec, 0), 0);
    looks(db);
    check_int(engine.opened, 0);

    event_pass(100);
    check_int(engine.opened, 1);
}


static void
no_more_than_there_may_be(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_plan_t  *slow;

    db = engine_create(pool, 2);
    slow = engine_plan(db, ENGINE_READ);
    engine_known(db, slow, 60000);

    for (i = 0; i < 10; i++) {
        api_db_line_join(db, engine_job(db, slow));
    }

    event_turn();
    check(engine.opened >= 1);

    (void) arrives(db);
    event_pass(1000);
    check(engine.opened <= 2);
}


/*
 * One of a plan that is fast as a rule runs too long, a lock: those behind it
 * are tried one after the other, and clients leave meanwhile
 */

static void
trials_have_a_pace(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    engine_known(db, plan, 500);

    conn = engine_conn(db, API_DB_READ);
    (void) engine_busy(conn, plan);
    event_pass(30);
    check(conn->stuck == plan);

    /* and one that is left to what is fast */

    (void) engine_conn(db, API_DB_READ);

    for (i = 0; i < 5; i++) {
        api_db_line_join(db, engine_job(db, plan));
    }

    event_turn();
    check_int(engine.opened, 1);

    (void) arrives(db);
    check_int(db->counts[API_DB_CONN_BUSY], 2);
    check_int(db->waiting, 4);

    event_pass(PACE - 1);
    looks(db);
    check_int(engine.opened, 1);

    event_pass(1);
    looks(db);
    check_int(engine.opened, 2);

    /* one at a time, however long it takes */

    event_pass(4 * PACE);
    check_int(engine.opened, 2);

    (void) arrives(db);
    check_int(engine.opened, 3);
}


static void
others_have_none(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_uint_t      i;
    api_db_plan_t  *slow;

    db = engine_create(pool, 10);
    slow = engine_plan(db, ENGINE_READ);
    engine_known(db, slow, 60000);

    for (i = 0; i < 5; i++) {
        api_db_line_join(db, engine_job(db, slow));
    }

    event_turn();
    event_pass(PACE);

    /* each has its own reason, and they are opened while it lasts */

    check_int(engine.opened, 4);
}


static void
at_the_limit_it_is_asked_again(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    engine_known(db, plan, 500);
    engine.open = NGX_BUSY;

    api_db_line_join(db, engine_job(db, plan));
    event_turn();

    check_int(api_db_backoff_gated(db), 1);
    check_int(api_db_backoff_away(db), 0);

    engine.open = NGX_OK;
    event_pass(100);
    check_int(engine.opened, 1);
}


static void
idle_ones_go_in_time(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;

    db = engine_create(pool, 10);
    conf_of(db)->idle_timeout = 10000;

    conn = engine_conn(db, API_DB_READ);
    api_db_keep_settle(conn);

    event_pass(9999);
    check_int(engine.closed, 0);
    event_pass(2);
    check_int(engine.closed, 1);

    /* but not the least there is to be */

    db = engine_create(pool, 10);
    conf_of(db)->idle_timeout = 10000;
    conf_of(db)->min_connections = 1;
    db->minimum = 1;

    conn = engine_conn(db, API_DB_READ);
    api_db_keep_settle(conn);
    event_pass(100000);
    check_int(engine.closed, 0);
}


static void
old_ones_are_replaced(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;
    api_db_plan_t  *plan;

    db = engine_create(pool, 10);

    conn = engine_conn(db, API_DB_READ);
    conn->lifetime = 60000;
    api_db_keep_settle(conn);

    event_pass(59999);
    check_int(engine.closed, 0);
    event_pass(2);
    check_int(engine.closed, 1);

    /* a busy one takes no more jobs, and ends with the last it has */

    db = engine_create(pool, 10);
    plan = engine_plan(db, ENGINE_READ);
    engine_known(db, plan, 500);

    conn = engine_conn(db, API_DB_READ);
    conn->lifetime = 60000;
    api_db_keep_settle(conn);
    event_pass(59000);

    (void) engine_busy(conn, plan);
    event_pass(1001);
    check_int(conn->state, API_DB_CONN_DRAINING);
    check_int(engine.closed, 0);

    engine_answer(conn);
    api_db_keep_settle(conn);
    check_int(engine.closed, 1);
}


static void
what_has_grown_is_not_kept(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;

    db = engine_create(pool, 10);
    conn = engine_conn(db, API_DB_READ);
    conn->bloated = 1;
    api_db_keep_settle(conn);
    check_int(engine.closed, 1);

    /* nor anything by a worker that exits */

    db = engine_create(pool, 10);
    conn = engine_conn(db, API_DB_READ);
    ngx_exiting = 1;
    api_db_keep_settle(conn);
    check_int(engine.closed, 1);
}


static const test_case_t  cases[] = {
    { "the least is opened at once", the_least_is_opened_at_once },
    { "four at a time", four_at_a_time },
    { "no more than there may be", no_more_than_there_may_be },
    { "trials have a pace", trials_have_a_pace },
    { "others have none", others_have_none },
    { "at the limit it is asked again", at_the_limit_it_is_asked_again },
    { "idle ones go in time", idle_ones_go_in_time },
    { "old ones are replaced", old_ones_are_replaced },
    { "what has grown is not kept", what_has_grown_is_not_kept },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
