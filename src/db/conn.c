
#include "db/conn.h"
#include "db/due.h"
#include "db/lane.h"
#include "db/slow.h"
#include "observe/observe.h"


static const char *const  api_db_conn_names[] = {
    "closed", "connecting", "setup", "idle", "busy", "draining"
};


void
api_db_conn_state(api_db_conn_t *conn, api_db_conn_state_e state)
{
    api_db_t  *db;

    db = conn->db;

    ngx_queue_remove(&conn->queue);
    db->counts[conn->state]--;

    db->counts[state]++;

    api_tell(.event = API_EVENT_CONN_STATE, .database = &db->conf->name,
             .was = api_db_conn_names[conn->state],
             .word = api_db_conn_names[state],
             .n = (int64_t) db->counts[state]);

    conn->state = state;

    /*
     * The one used last comes first: those behind may grow old and go.  What a
     * new backend does first takes it several times as long: that is not for
     * what is fast, where others are idle.
     */

    if (state == API_DB_CONN_IDLE && !conn->proven) {
        ngx_queue_insert_tail(&db->conns[state], &conn->queue);

    } else {
        ngx_queue_insert_head(&db->conns[state], &conn->queue);
    }

    if (conn->wire.c) {

        /* nginx asks idle connections to close when a worker exits */

        conn->wire.c->idle = state == API_DB_CONN_IDLE
                             || state == API_DB_CONN_CONNECTING
                             || state == API_DB_CONN_SETUP;
    }

    if (state == API_DB_CONN_BUSY) {

        /* not cancelable: a worker that exits waits for its answers */

        api_db_conn_watch(conn, api_db_conn_patience(db), 0);
        api_db_due_look(db);

    } else if (state == API_DB_CONN_IDLE && conn->timer.timer_set) {
        ngx_del_timer(&conn->timer);
    }
}


void
api_db_conn_rest(api_db_conn_t *conn)
{
    if (conn->state != API_DB_CONN_BUSY || !api_db_conn_empty(conn)
        || conn->stopping)
    {
        return;
    }

    api_db_slow_eased(conn);

    conn->exclusive = 0;
    conn->stalled = 0;
    conn->suspected = 0;
    conn->stopped = 0;

    api_db_conn_state(conn, API_DB_CONN_IDLE);
}


ngx_uint_t
api_db_conn_empty(const api_db_conn_t *conn)
{
    return conn->in_flight == 0
           && ngx_queue_empty(&conn->segments)
           && ngx_queue_empty(&conn->pending);
}


void
api_db_conn_drain(api_db_conn_t *conn, ngx_msec_t grace)
{
    api_db_lane_unreserve(conn);
    api_db_slow_eased(conn);

    if (conn->state != API_DB_CONN_DRAINING) {
        api_db_conn_state(conn, API_DB_CONN_DRAINING);
    }

    if (grace) {
        conn->canceled = 1;
        api_db_conn_watch(conn, grace, 0);

        /* nobody waits for it any more */

        if (conn->wire.c) {
            conn->wire.c->idle = 1;
        }
    }
}


void
api_db_conn_flush(api_db_conn_t *conn)
{
    int  rc;

    /*
     * When a send finds the socket full, libpq reads, and of a large result
     * that may be all of it.  The server takes more once this job is done;
     * until then it waits for us with an empty socket.
     */

    if (conn->large && api_db_wire_unread(&conn->wire)) {
        rc = 1;

    } else {
        rc = PQflush(conn->pg);
    }

    /* libpq reports what it could not send when it reads */

    if (api_db_wire_events(&conn->wire, 1, rc == 1) != NGX_OK) {
        conn->broken = 1;
        ngx_post_event((&conn->post), &ngx_posted_events);
    }
}


ngx_uint_t
api_db_conn_fatal(api_db_conn_t *conn, const PGresult *res)
{
    const char  *severity, *code, *message;

    severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    code = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    /* without an SQLSTATE the message is libpq's: the connection broke */

    if (code && severity && ngx_strcmp(severity, "FATAL") != 0
        && ngx_strcmp(severity, "PANIC") != 0)
    {
        return 0;
    }

    message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

    if (code) {
        (void) ngx_cpystrn((u_char *) conn->state_code,
                           (u_char *) (uintptr_t) code,
                           sizeof(conn->state_code));
    }

    if (message) {
        (void) ngx_cpystrn((u_char *) conn->reason,
                           (u_char *) (uintptr_t) message,
                           sizeof(conn->reason));
    }

    return 1;
}


void
api_db_conn_failed(api_db_conn_t *conn, const PGresult *res)
{
    const char  *code, *message;

    if (api_db_conn_fatal(conn, res)) {
        return;
    }

    code = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

    *ngx_snprintf((u_char *) conn->reason, sizeof(conn->reason) - 1, "%s: %s",
                  code, message ? message : "")
        = '\0';
}


void
api_db_conn_watch(api_db_conn_t *conn, ngx_msec_t msec, ngx_uint_t cancelable)
{
    conn->timer.cancelable = cancelable ? 1 : 0;

    ngx_add_timer(&conn->timer, msec);
}


ngx_msec_t
api_db_conn_patience(const api_db_t *db)
{
    return db->conf->statement_timeout
           ? db->conf->statement_timeout + API_DB_GRACE : 60000;
}
