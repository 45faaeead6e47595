
#include "db/events.h"
#include "db/backoff.h"
#include "db/cancel.h"
#include "db/close.h"
#include "db/conn.h"
#include "db/connect.h"
#include "db/finish.h"
#include "db/keep.h"
#include "db/leave.h"
#include "db/line.h"
#include "db/report.h"
#include "db/result.h"
#include "db/role.h"
#include "db/segment.h"
#include "db/turn.h"


#define API_DB_EVENTS_AGAIN  10          /* ms */


static void api_db_events_socket(ngx_event_t *ev);
static void api_db_events_read(api_db_conn_t *conn);
static void api_db_events_push(api_db_conn_t *conn);
static void api_db_events_turn(ngx_event_t *ev);
static void api_db_events_timer(ngx_event_t *ev);
static void api_db_events_overdue(api_db_conn_t *conn);
static void api_db_events_lost(api_db_conn_t *conn, const char *why);


void
api_db_events_init(api_db_t *db)
{
    db->on_socket = api_db_events_socket;
    db->on_timer = api_db_events_timer;
    db->on_turn = api_db_events_turn;
}


static void
api_db_events_socket(ngx_event_t *ev)
{
    api_db_conn_t     *conn;
    ngx_connection_t  *c;

    c = ev->data;
    conn = c->data;

    if (c->close) {
        api_db_leave(conn);
        return;
    }

    if (conn->state == API_DB_CONN_CONNECTING) {
        api_db_connect_poll(conn);
        return;
    }

    if (ev->write) {
        api_db_events_push(conn);
        return;
    }

    api_db_events_read(conn);
}


static void
api_db_events_read(api_db_conn_t *conn)
{
    conn->heard = ngx_current_msec;

    switch (api_db_result_read(conn)) {

    case NGX_OK:

        /* has it been promoted? */

        if (conn->db->standby && !conn->broken) {
            api_db_role(conn);
        }

        api_db_keep_settle(conn);
        return;

    case NGX_DECLINED:
        api_db_close_drop(conn);
        return;

    default:
        api_db_events_lost(conn, NULL);
    }
}


/* a turn of the event loop ends: what was queued in it is sent */

static void
api_db_events_turn(ngx_event_t *ev)
{
    api_db_conn_t  *conn;

    conn = ev->data;

    if (conn->broken || api_db_turn_flush(conn) != NGX_OK) {
        api_db_events_lost(conn, NULL);
        return;
    }

    /* what was queued just now has posted this event: that is what follows */

    if (ev->posted) {
        ngx_delete_posted_event(ev);
    }

    api_db_events_push(conn);
}


static void
api_db_events_push(api_db_conn_t *conn)
{
    api_db_conn_flush(conn);

    /*
     * A send that found the socket full has read.  No event tells of what
     * libpq has now: without this, an answer would wait for the next one.
     */

    if (!ngx_queue_empty(&conn->segments) && !PQisBusy(conn->pg)) {
        api_db_events_read(conn);
        return;
    }

    api_db_keep_settle(conn);
}


static void
api_db_events_timer(ngx_event_t *ev)
{
    api_db_conn_t  *conn;

    conn = ev->data;

    switch (conn->state) {

    case API_DB_CONN_CONNECTING:
    case API_DB_CONN_SETUP:

        /* a thread computes, and that has an end */

        if (conn->handshake) {
            api_db_conn_watch(conn, API_DB_EVENTS_AGAIN, 1);
            return;
        }

        api_db_connect_failed(conn, "connect_timeout");
        return;

    case API_DB_CONN_BUSY:
    case API_DB_CONN_DRAINING:
        api_db_events_overdue(conn);
        return;

    default:
        return;
    }
}


/* the timer of a busy or draining connection: what was it set for? */

static void
api_db_events_overdue(api_db_conn_t *conn)
{
    ngx_msec_t         patience, silent;
    api_db_flight_t   *head;

    if (conn->canceled) {

        if (api_db_segment_orphaned(conn)) {
            api_db_close_cut(conn);
            return;
        }

        api_db_events_lost(conn, "no answer to a cancel request");
        return;
    }

    head = api_db_segment_head(conn);

    if (conn->suspected) {

        if (conn->moved < conn->suspected && head && head->job == NULL) {

            if (api_db_segment_orphaned(conn)) {
                api_db_cancel(conn);
                return;
            }

            api_db_events_lost(conn, "a job past its deadline made no "
                               "progress");
            return;
        }

        conn->suspected = 0;
    }

    patience = api_db_conn_patience(conn->db);
    silent = ngx_current_msec - conn->heard;

    if (conn->db->conf->statement_timeout && silent >= patience) {
        api_db_events_lost(conn, "no answer within statement_timeout");
        return;
    }

    api_db_conn_watch(conn, silent < patience ? patience - silent : patience,
                      0);
}


/*
 * The connection is of no more use: what is in flight is sent again, or told
 * LOST. why is NULL when the server or libpq has said it.
 */

static void
api_db_events_lost(api_db_conn_t *conn, const char *why)
{
    api_db_t     *db;
    ngx_uint_t    young;
    ngx_queue_t   flights;

    db = conn->db;

    if (conn->state == API_DB_CONN_CONNECTING
        || conn->state == API_DB_CONN_SETUP)
    {
        api_db_connect_failed(conn, why);
        return;
    }

    if (!conn->left) {
        api_db_report_lost(conn, why);
    }

    /*
     * a server that accepts connections only to end them does not count as up
     */

    young = ngx_current_msec - conn->born < 1000 && !conn->canceled
            && !conn->left;

    ngx_queue_init(&flights);
    api_db_segment_take(conn, &flights);

    api_db_close(conn);

    api_db_backoff_lost(db);

    if (young && api_db_backoff_failed(db, ngx_current_msec, 0)) {
        api_db_line_clear(db, API_DB_AWAY);
    }

    api_db_finish_lost(db, &flights);
}
