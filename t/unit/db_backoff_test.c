
#include "db/backoff.h"
#include "engine.h"
#include "test.h"


/* an attempt that took no time */

static ngx_uint_t
fails(api_db_t *db, ngx_uint_t flat)
{
    return api_db_backoff_failed(db, ngx_current_msec, flat);
}


/* until the next attempt */

static ngx_msec_t
pause_of(api_db_t *db)
{
    return db->retry.timer.key - ngx_current_msec;
}


static void
the_pause_doubles(ngx_pool_t *pool)
{
    api_db_t    *db;
    ngx_uint_t   i;
    ngx_msec_t   pause;

    static const ngx_msec_t  most[] = { 100, 200, 400, 800, 1600, 2000, 2000 };

    db = engine_create(pool, 10);
    (void) engine_conn(db, API_DB_READ);

    for (i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
        test_note("attempt %d", (int) i);

        check_int(fails(db, 0), 0);
        check(db->retry.timer_set);

        /* half of it by chance: not all workers at the same moment */

        pause = pause_of(db);
        check(pause >= most[i] / 2);
        check(pause <= most[i]);
        check_int(api_db_backoff_left(db), pause);
    }
}


static void
while_jobs_may_wait_it_stays_short(ngx_pool_t *pool)
{
    api_db_t    *db;
    ngx_uint_t   i;

    db = engine_create(pool, 10);

    for (i = 0; i < 8; i++) {
        check_int(fails(db, 0), 0);
        check(pause_of(db) <= 500);
    }

    /* nobody there, and a moment ago there was: it may be a restart */

    db = engine_create(pool, 10);
    api_db_backoff_connected(db);

    for (i = 0; i < 8; i++) {
        check_int(fails(db, 1), 0);
        check(pause_of(db) <= 100);
    }
}


static void
how_long_it_is_waited_for(ngx_pool_t *pool)
{
    api_db_t    *db;
    ngx_msec_t   begun;

    /* an answer that may change: as long as a job may wait */

    db = engine_create(pool, 10);
    begun = ngx_current_msec;

    check_int(api_db_backoff_failed(db, begun, 0), 0);
    check_int(api_db_backoff_gone(db), 0);
    event_pass(4999);
    check_int(api_db_backoff_failed(db, begun, 0), 0);
    event_pass(1);
    check_int(api_db_backoff_failed(db, begun, 0), 1);
    check_int(api_db_backoff_gone(db), 1);

    /* nobody there, and there was once: as long as a restart takes */

    db = engine_create(pool, 10);
    api_db_backoff_connected(db);

    check_int(fails(db, 1), 0);
    event_pass(499);
    check_int(fails(db, 1), 0);
    event_pass(1);
    check_int(fails(db, 1), 1);

    /* nobody there, and there never was: not at all */

    db = engine_create(pool, 10);
    check_int(fails(db, 1), 1);
    check_int(api_db_backoff_gone(db), 1);

    /* with a connection that serves nobody is refused */

    db = engine_create(pool, 10);
    (void) engine_conn(db, API_DB_READ);
    check_int(fails(db, 1), 0);
    event_pass(60000);
    check_int(fails(db, 1), 0);
    check_int(api_db_backoff_away(db), 0);
    check_int(api_db_backoff_gone(db), 0);
}


static void
a_new_job_makes_it_look_again(ngx_pool_t *pool)
{
    api_db_t  *db;

    db = engine_create(pool, 10);
    check_int(fails(db, 1), 1);
    check_int(api_db_backoff_gone(db), 1);
    check_int(db->want, 0);

    /* the pause is over: one more is opened, and this job may wait for it */

    event_pass(2000);
    check_int(db->retry.timer_set, 0);
    db->want = 0;

    check_int(api_db_backoff_gone(db), 0);
    check_int(db->want, 1);
    check_int(db->run.posted, 1);

    /* an answer may take long: it does not wait for that */

    db = engine_create(pool, 10);
    check_int(api_db_backoff_failed(db, ngx_current_msec - 5000, 0), 1);
    event_pass(2000);
    check_int(api_db_backoff_gone(db), 1);
}


static void
a_session_ends_it(ngx_pool_t *pool)
{
    api_db_t    *db;
    ngx_uint_t   logged;

    db = engine_create(pool, 10);

    check_int(fails(db, 0), 0);
    check_int(fails(db, 0), 0);

    logged = event_logged();
    api_db_backoff_connected(db);

    check_int(event_logged(), logged + 1);
    check_int(db->retry.timer_set, 0);
    check_int(api_db_backoff_left(db), 0);
    check_int(api_db_backoff_away(db), 0);

    /* and the next pause is a short one again */

    check_int(fails(db, 0), 0);
    check(pause_of(db) <= 100);

    /* it is told once */

    api_db_backoff_connected(db);
    logged = event_logged();
    api_db_backoff_connected(db);
    check_int(event_logged(), logged);
}


static void
the_last_one_lost_is_opened_at_once(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn;

    db = engine_create(pool, 10);
    conn = engine_conn(db, API_DB_READ);
    check_int(fails(db, 0), 0);

    /* others are there: the pause stays */

    api_db_backoff_lost(db);
    check_int(db->retry.timer_set, 1);

    ngx_queue_remove(&conn->queue);
    db->counts[API_DB_CONN_IDLE]--;

    api_db_backoff_lost(db);
    check_int(db->retry.timer_set, 0);
    check_int(db->failures, 0);
    check_int(db->run.posted, 1);
}


static void
the_gate_of_the_limit(ngx_pool_t *pool)
{
    api_db_t  *db;

    db = engine_create(pool, 10);
    check_int(api_db_backoff_gated(db), 0);

    db->gate_shut = 1;
    db->gate = ngx_current_msec + 20;

    check_int(api_db_backoff_gated(db), 1);
    event_pass(19);
    check_int(api_db_backoff_gated(db), 1);
    event_pass(1);
    check_int(api_db_backoff_gated(db), 0);
}


static const test_case_t  cases[] = {
    { "the pause doubles", the_pause_doubles },
    { "while jobs may wait it stays short",
      while_jobs_may_wait_it_stays_short },
    { "how long it is waited for", how_long_it_is_waited_for },
    { "a new job makes it look again", a_new_job_makes_it_look_again },
    { "a session ends it", a_session_ends_it },
    { "the last one lost is opened at once",
      the_last_one_lost_is_opened_at_once },
    { "the gate of the limit", the_gate_of_the_limit },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
