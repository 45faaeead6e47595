
#include "db/leave.h"
#include "db/cancel.h"
#include "db/close.h"
#include "db/due.h"
#include "db/line.h"


void
api_db_leave(api_db_conn_t *conn)
{
    if (conn->wire.c->error) {

        /*
         * worker_shutdown_timeout: nginx closes all connections, maybe ours
         * before the clients'
         */

        conn->wire.c->close = 0;
        conn->wire.c->error = 0;
        conn->db->ending = 1;

        api_db_due(conn->db);
        return;
    }

    if (conn->state <= API_DB_CONN_IDLE && conn->db->waiting == 0) {
        api_db_close(conn);
        return;
    }

    conn->wire.c->close = 0;

    if (conn->state == API_DB_CONN_DRAINING && conn->canceled) {
        api_db_cancel_last(conn);
    }
}


void
api_db_leave_idle(api_db_t *db)
{
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    while (!ngx_queue_empty(&db->conns[API_DB_CONN_IDLE])) {

        q = ngx_queue_head(&db->conns[API_DB_CONN_IDLE]);
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        api_db_close(conn);
    }
}


/* the clients are gone: what still runs for them is cancelled */

void
api_db_leave_now(api_db_t *db)
{
    ngx_uint_t      state;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    for (state = API_DB_CONN_CONNECTING; state < API_DB_CONN_STATES; state++) {

        while (!ngx_queue_empty(&db->conns[state])) {

            q = ngx_queue_head(&db->conns[state]);
            conn = ngx_queue_data(q, api_db_conn_t, queue);

            if (state < API_DB_CONN_BUSY) {
                api_db_close(conn);

            } else {
                api_db_close_cut(conn);
            }
        }
    }

    api_db_line_clear(db, API_DB_AWAY);
}
