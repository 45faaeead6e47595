
#include "db/readers.h"
#include "db/cost.h"


#define READERS_LASTS  10000             /* ms: reads come, now and then */


static ngx_uint_t api_db_readers_fast(const api_db_t *db,
    const api_db_plan_t *plan);
static ngx_uint_t api_db_readers_come(const api_db_t *db);
static ngx_uint_t api_db_readers_count(const api_db_t *db);
static ngx_uint_t api_db_readers_have(const api_db_conn_t *conn);


void
api_db_readers_came(api_db_t *db, const api_db_plan_t *plan)
{
    if (api_db_readers_fast(db, plan)) {
        db->came[plan->read_only ? API_DB_READ : API_DB_WRITE]
            = ngx_current_msec;
    }
}


ngx_uint_t
api_db_readers_within(const api_db_t *db, api_db_lane_e mode, ngx_msec_t msec)
{
    return db->came[mode] != 0
           && ngx_current_msec - db->came[mode] < msec;
}


static ngx_uint_t
api_db_readers_fast(const api_db_t *db, const api_db_plan_t *plan)
{
    const api_db_cost_t  *cost;

    cost = &db->costs[plan->id];

    return !api_db_cost_slow(cost) && !api_db_cost_fickle(cost);
}


ngx_uint_t
api_db_readers_leave(const api_db_t *db, const api_db_plan_t *plan)
{
    /*
     * One that runs nowhere yet may have the last one: others of its plan will
     * wait for it, or stand behind it
     */

    return plan->read_only
           || db->costs[plan->id].flights == 0
           || !api_db_readers_come(db)
           || api_db_readers_count(db) > 1;
}


ngx_uint_t
api_db_readers_last(const api_db_conn_t *conn)
{
    return api_db_readers_come(conn->db)
           && api_db_readers_have(conn)
           && api_db_readers_count(conn->db) == 1;
}


static ngx_uint_t
api_db_readers_come(const api_db_t *db)
{
    return !ngx_exiting
           && api_db_readers_within(db, API_DB_READ, READERS_LASTS);
}


/* connections that are idle, or serve reads and go on */

static ngx_uint_t
api_db_readers_count(const api_db_t *db)
{
    ngx_uint_t      n, state;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    n = 0;

    for (state = API_DB_CONN_IDLE; state <= API_DB_CONN_BUSY; state++) {

        for (q = db->conns[state].next; q != &db->conns[state]; q = q->next) {

            conn = ngx_queue_data(q, api_db_conn_t, queue);

            n += api_db_readers_have(conn);
        }
    }

    return n;
}


static ngx_uint_t
api_db_readers_have(const api_db_conn_t *conn)
{
    if (conn->state == API_DB_CONN_IDLE) {
        return 1;
    }

    if (conn->mode != API_DB_READ || conn->stalled || conn->slow) {
        return 0;
    }

    return !conn->exclusive || api_db_readers_fast(conn->db, conn->plan);
}
