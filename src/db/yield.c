
#include "db/yield.h"
#include "db/close.h"
#include "db/conn.h"
#include "db/lane.h"
#include "db/readers.h"


#define API_DB_YIELD_TURN    100         /* ms a connection is kept at least,
                                            and between two that are given */
#define API_DB_YIELD_RECENT  200         /* ms: the one for what is fast */


static ngx_uint_t api_db_yield_idle(api_db_t *db);
static void api_db_yield_busy(api_db_t *db);
static void api_db_yield_last(api_db_t *db);
static api_db_conn_t *api_db_yield_shared(api_db_t *db);


void
api_db_yield(api_db_t *db)
{
    if (!api_db_limit_wanted(&db->limit) || api_db_yield_idle(db)) {
        return;
    }

    if (db->owed
        || db->counts[API_DB_CONN_DRAINING]
        || (ngx_msec_int_t) (db->yielded - ngx_current_msec) > 0)
    {
        return;
    }

    if (api_db_open_count(db) > 1) {
        api_db_yield_busy(db);

    } else {
        api_db_yield_last(db);
    }
}


ngx_uint_t
api_db_yield_due(api_db_t *db)
{
    if (!db->owed) {
        return 0;
    }

    db->owed = 0;

    return api_db_limit_wanted(&db->limit)
           && api_db_limit_offer(&db->limit, API_DB_LIMIT_BUSY);
}


/* the one used longest ago first */

static ngx_uint_t
api_db_yield_idle(api_db_t *db)
{
    ngx_uint_t      n;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    n = 0;

    while (!ngx_queue_empty(&db->conns[API_DB_CONN_IDLE])) {

        q = ngx_queue_last(&db->conns[API_DB_CONN_IDLE]);
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (api_db_usable_count(db) - api_db_lane_held(db) <= 1
            && ngx_current_msec - conn->used < API_DB_YIELD_RECENT)
        {
            break;
        }

        if (api_db_readers_last(conn) && api_db_yield_shared(db) != conn) {
            break;
        }

        if (!api_db_limit_offer(&db->limit, API_DB_LIMIT_SPARE)) {
            break;
        }

        api_db_close(conn);
        n++;
    }

    return n;
}


static void
api_db_yield_busy(api_db_t *db)
{
    api_db_conn_t  *conn;

    conn = api_db_yield_shared(db);

    if (conn == NULL) {

        /* which of those that are used alone is ready first nobody knows */

        db->owed = api_db_limit_offer(&db->limit, API_DB_LIMIT_LATER) ? 1 : 0;
        return;
    }

    if (!api_db_limit_offer(&db->limit, API_DB_LIMIT_BUSY)) {
        return;
    }

    db->yielded = ngx_current_msec + API_DB_YIELD_TURN;

    api_db_conn_drain(conn, 0);
    api_db_close_drained(conn);
}


static void
api_db_yield_last(api_db_t *db)
{
    api_db_conn_t  *conn;

    conn = api_db_yield_shared(db);

    if (conn == NULL
        || !api_db_limit_offer(&db->limit, API_DB_LIMIT_LAST))
    {
        return;
    }

    db->yielded = ngx_current_msec + API_DB_YIELD_TURN;

    api_db_conn_drain(conn, 0);
    api_db_close_drained(conn);
}


/* one that serves what is fast, when it has done so for a while */

static api_db_conn_t *
api_db_yield_shared(api_db_t *db)
{
    ngx_uint_t      state;
    ngx_queue_t    *q;
    api_db_conn_t  *conn, *writing, *last;

    writing = NULL;
    last = NULL;

    for (state = API_DB_CONN_IDLE; state <= API_DB_CONN_BUSY; state++) {

        for (q = ngx_queue_last(&db->conns[state]);
             q != ngx_queue_sentinel(&db->conns[state]);
             q = ngx_queue_prev(q))
        {
            conn = ngx_queue_data(q, api_db_conn_t, queue);

            /* a slow one would be long in ending, and not be counted so; */

            if (conn->exclusive
                || conn->slow
                || conn->stalled
                || ngx_current_msec - conn->born < API_DB_YIELD_TURN)
            {
                continue;
            }

            /* its own reads would have none; */

            if (api_db_readers_last(conn)) {
                last = conn;
                continue;
            }

            /* and one that writes may meet a lock before */

            if (state == API_DB_CONN_IDLE || conn->mode == API_DB_READ) {
                return conn;
            }

            writing = conn;
        }
    }

    return writing ? writing : last;
}
