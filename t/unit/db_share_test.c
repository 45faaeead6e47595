
#include "db/share.h"
#include "engine.h"
#include "test.h"


#define PREPARED  8


/* a read that may share, all of it prepared */

static api_db_flight_t *
flight_of(ngx_pool_t *pool, api_db_conn_t *conn, ngx_uint_t settings)
{
    ngx_uint_t        i;
    api_db_conf_t    *conf;
    api_db_plan_t    *plan;
    api_db_flight_t  *flight;

    conf = (api_db_conf_t *) (uintptr_t) conn->db->conf;
    conf->read_batch = 4;

    if (conn->parsed == NULL) {
        conn->parsed = ngx_pcalloc(pool, PREPARED * sizeof(uint32_t));

        for (i = 0; i < PREPARED; i++) {
            conn->parsed[i] = 1;
        }
    }

    plan = engine_plan(conn->db, ENGINE_READ);
    plan->shares = 1;
    plan->settings = settings;

    flight = ngx_pcalloc(pool, sizeof(api_db_flight_t));
    flight->plan = plan;
    flight->job = engine_job(conn->db, plan);
    flight->load = 10;

    return flight;
}


static api_db_segment_t
segment_of(const api_db_flight_t *flight)
{
    api_db_segment_t  segment;

    ngx_memzero(&segment, sizeof(api_db_segment_t));

    segment.nflights = 1;
    segment.load = flight->load;
    segment.settings = flight->plan->settings;

    return segment;
}


static void
only_beside_the_same_names(ngx_pool_t *pool)
{
    api_db_t          *db;
    ngx_uint_t         i, k;
    api_db_conn_t     *conn;
    api_db_flight_t   *flight[3];
    api_db_segment_t   segment;

    db = engine_create(pool, 2);
    conn = engine_conn(db, API_DB_READ);

    for (i = 0; i < 3; i++) {
        flight[i] = flight_of(pool, conn, i);
        check(api_db_share_may(conn, flight[i]));
    }

    for (i = 0; i < 3; i++) {
        segment = segment_of(flight[i]);

        for (k = 0; k < 3; k++) {
            test_note("list %d, then list %d", (int) i, (int) k);
            check_int(api_db_share_with(conn, &segment, flight[k]), i == k);
        }
    }
}


static void
not_before_all_is_prepared(ngx_pool_t *pool)
{
    api_db_t         *db;
    api_db_conn_t    *conn;
    api_db_flight_t  *flight;

    db = engine_create(pool, 2);
    conn = engine_conn(db, API_DB_READ);
    flight = flight_of(pool, conn, 1);

    conn->parsed[flight->plan->steps[0].id] = 0;

    check(!api_db_share_may(conn, flight));
}


static void
what_was_aborted_is_alone(ngx_pool_t *pool)
{
    api_db_t         *db;
    api_db_conn_t    *conn;
    api_db_flight_t  *flight;

    db = engine_create(pool, 2);
    conn = engine_conn(db, API_DB_READ);
    flight = flight_of(pool, conn, 1);

    flight->job->single = 1;

    check(!api_db_share_may(conn, flight));
}


static void
up_to_the_bounds(ngx_pool_t *pool)
{
    api_db_t          *db;
    api_db_conn_t     *conn;
    api_db_flight_t   *flight;
    api_db_segment_t   segment;

    db = engine_create(pool, 2);
    conn = engine_conn(db, API_DB_READ);
    flight = flight_of(pool, conn, 1);
    segment = segment_of(flight);

    segment.nflights = 3;
    check(api_db_share_with(conn, &segment, flight));

    segment.nflights = 4;
    check(!api_db_share_with(conn, &segment, flight));

    segment.nflights = 1;
    segment.load = 990;
    check(api_db_share_with(conn, &segment, flight));

    segment.load = 991;
    check(!api_db_share_with(conn, &segment, flight));
}


static const test_case_t  cases[] = {
    { "only beside the same names", only_beside_the_same_names },
    { "not before all is prepared", not_before_all_is_prepared },
    { "what was aborted is alone", what_was_aborted_is_alone },
    { "up to the bounds", up_to_the_bounds },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
