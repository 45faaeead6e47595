
#include "db/lane.h"
#include "db/line.h"
#include "db/readers.h"
#include "db/slow.h"
#include "engine.h"
#include "test.h"


static api_db_conn_t *
pick(api_db_t *db, const api_db_plan_t *plan)
{
    db->want = 0;

    return api_db_lane_pick(db, engine_job(db, plan), API_DB_LANES);
}


/* three busy with this plan's writes, each alone, and a fourth that is idle */

static api_db_conn_t *
one_left(api_db_t *db, const api_db_plan_t *plan)
{
    ngx_uint_t      i;
    api_db_conn_t  *conn;

    for (i = 0; i < 3; i++) {
        conn = engine_conn(db, API_DB_WRITE);
        (void) engine_busy(conn, plan);
        conn->exclusive = 1;
        conn->plan = plan;
    }

    return engine_conn(db, API_DB_WRITE);
}


static void
writes_leave_one_while_reads_come(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *last;
    api_db_plan_t  *write, *read;

    db = engine_create(pool, 4);
    write = engine_plan_of(db, ENGINE_WRITE, 500);
    read = engine_plan_of(db, ENGINE_READ, 500);
    last = one_left(db, write);

    check(pick(db, write) == last);

    api_db_readers_came(db, write);
    check(pick(db, write) == last);

    api_db_readers_came(db, read);
    check(pick(db, write) == NULL);
    check_int(db->want, 1);
    check(pick(db, read) == last);

    db->came[API_DB_READ] = ngx_current_msec - 9999;
    check(pick(db, write) == NULL);
    db->came[API_DB_READ] = ngx_current_msec - 10000;
    check(pick(db, write) == last);
}


static void
so_do_those_in_doubt(ngx_pool_t *pool)
{
    api_db_t       *db;
    ngx_queue_t    *q;
    api_db_conn_t  *last;
    api_db_plan_t  *write, *read;

    db = engine_create(pool, 4);
    write = engine_plan_of(db, ENGINE_WRITE, 500);
    read = engine_plan_of(db, ENGINE_READ, 500);
    last = one_left(db, write);

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        api_db_slow(ngx_queue_data(q, api_db_conn_t, queue));
    }

    db->costs[write->id].doubted = 1;

    check(pick(db, write) == last);

    api_db_readers_came(db, read);
    check(pick(db, write) == NULL);
}


static void
one_that_reads_use_is_enough(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn, *last;
    api_db_plan_t  *write, *read;

    db = engine_create(pool, 5);
    write = engine_plan_of(db, ENGINE_WRITE, 500);
    read = engine_plan_of(db, ENGINE_READ, 500);
    last = one_left(db, write);
    conn = engine_conn(db, API_DB_READ);
    (void) engine_busy(conn, read);
    api_db_readers_came(db, read);

    check(pick(db, write) == last);

    /* where it goes on */

    conn->stalled = 1;
    check(pick(db, write) == NULL);
    conn->stalled = 0;

    conn->exclusive = 1;
    conn->plan = read;
    check(pick(db, write) == last);
    db->costs[read->id].doubted = 1;
    check(pick(db, write) == NULL);
}


static void
one_that_runs_nowhere_may_have_it(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *last;
    api_db_plan_t  *write, *read, *other;

    db = engine_create(pool, 4);
    write = engine_plan_of(db, ENGINE_WRITE, 500);
    other = engine_plan_of(db, ENGINE_WRITE, 500);
    read = engine_plan_of(db, ENGINE_READ, 500);
    last = one_left(db, write);
    api_db_readers_came(db, read);

    check(pick(db, write) == NULL);
    check(pick(db, other) == last);
}


static void
a_worker_that_exits_gets_no_reads(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *last;
    api_db_plan_t  *write, *read;

    db = engine_create(pool, 4);
    write = engine_plan_of(db, ENGINE_WRITE, 500);
    read = engine_plan_of(db, ENGINE_READ, 500);
    last = one_left(db, write);
    api_db_readers_came(db, read);

    ngx_exiting = 1;
    check(pick(db, write) == last);
    ngx_exiting = 0;
    check(pick(db, write) == NULL);
}


static void
the_only_one(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_conn_t  *conn, *other;
    api_db_plan_t  *read;

    db = engine_create(pool, 4);
    read = engine_plan_of(db, ENGINE_READ, 500);
    conn = engine_conn(db, API_DB_READ);

    check_int(api_db_readers_last(conn), 0);

    api_db_readers_came(db, read);
    check_int(api_db_readers_last(conn), 1);

    other = engine_conn(db, API_DB_WRITE);
    check_int(api_db_readers_last(conn), 0);

    (void) engine_busy(other, engine_plan_of(db, ENGINE_WRITE, 500));
    check_int(api_db_readers_last(conn), 1);
    check_int(api_db_readers_last(other), 0);

    (void) engine_busy(conn, read);
    check_int(api_db_readers_last(conn), 1);
}


/* what it was reserved for may not have it, so that others get it */

static void
one_that_is_reserved_in_vain(ngx_pool_t *pool)
{
    api_db_t       *db;
    api_db_job_t   *waits, *job;
    api_db_conn_t  *last;
    api_db_plan_t  *write, *read;

    db = engine_create(pool, 4);
    write = engine_plan_of(db, ENGINE_WRITE, 500);
    read = engine_plan_of(db, ENGINE_READ, 500);
    last = one_left(db, write);
    db->costs[write->id].doubted = 1;
    api_db_readers_came(db, read);

    job = engine_job(db, read);
    api_db_line_join(db, job);
    waits = engine_job(db, write);
    api_db_line_join(db, waits);

    last->reserved = API_DB_ALONE + 1;
    db->lines[API_DB_ALONE].reserved = last;

    api_db_line_serve(db);

    check_int(job->waiting, 0);
    check_int(last->in_flight, 1);
    check_int(waits->waiting, 1);
}


static const test_case_t  cases[] = {
    { "writes leave one while reads come",
      writes_leave_one_while_reads_come },
    { "so do those in doubt", so_do_those_in_doubt },
    { "one that reads use is enough", one_that_reads_use_is_enough },
    { "one that runs nowhere may have it", one_that_runs_nowhere_may_have_it },
    { "a worker that exits gets no reads", a_worker_that_exits_gets_no_reads },
    { "the only one", the_only_one },
    { "one that is reserved in vain", one_that_is_reserved_in_vain },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
