
#include "db/close.h"
#include "db/cancel.h"
#include "db/conn.h"
#include "db/doubt.h"
#include "db/inquiry.h"
#include "db/due.h"
#include "db/finish.h"
#include "db/handshake.h"
#include "db/lane.h"
#include "db/resolve.h"
#include "db/segment.h"
#include "db/slow.h"


void
api_db_close(api_db_conn_t *conn)
{
    api_db_t  *db;

    db = conn->db;

    api_db_lane_unreserve(conn);
    api_db_resolve_forget(conn);
    api_db_cancel_forget(conn);
    api_db_handshake_forget(conn);

    if (conn->timer.timer_set) {
        ngx_del_timer(&conn->timer);
    }

    if (conn->post.posted) {
        ngx_delete_posted_event((&conn->post));
    }

    api_db_wire_unwrap(&conn->wire);

    if (conn->pg) {
        PQfinish(conn->pg);
        conn->pg = NULL;
    }

    api_db_slow_eased(conn);

    /* what was to be read is of a schema that nobody has seen: another one
       reads it */

    if (conn->types) {
        conn->types = 0;
        db->types_loading = 0;
        db->types_stale = 0;
        db->types_loaded = 0;
        db->types_wanted = !db->ending;
    }

    if (conn->asks) {
        conn->asks = 0;
        api_db_doubt_lost(db);
    }

    if (conn->inquires) {
        conn->inquires = 0;
        api_db_inquiry_lost(db);
    }

    if (conn->learning) {
        conn->learning = 0;
        db->learning = 0;
        db->relearn = 0;
        db->learned = 0;
    }

    if (conn->gated) {
        conn->gated = 0;
        api_db_limit_give(&db->limit);
    }

    api_db_conn_state(conn, API_DB_CONN_CLOSED);

    api_db_due(db);
}


void
api_db_close_drained(api_db_conn_t *conn)
{
    if (conn->state == API_DB_CONN_DRAINING && api_db_conn_empty(conn)) {
        api_db_close(conn);
    }
}


void
api_db_close_drop(api_db_conn_t *conn)
{
    api_db_t     *db;
    ngx_queue_t   flights;

    db = conn->db;

    ngx_queue_init(&flights);
    api_db_segment_take(conn, &flights);

    api_db_close(conn);

    api_db_finish_lost(db, &flights);
}


/*
 * The backend finds its connection closed when it reports the cancelled
 * statement, and runs none of those that were sent behind it.
 */

void
api_db_close_cut(api_db_conn_t *conn)
{
    api_db_cancel_apart(conn);
    api_db_close_drop(conn);
}
