
#include "db/connect.h"
#include "db/backoff.h"
#include "db/close.h"
#include "db/conn.h"
#include "db/handshake.h"
#include "db/line.h"
#include "db/refusal.h"
#include "db/report.h"
#include "db/resolve.h"
#include "db/secret.h"
#include "db/segment.h"
#include "db/setup.h"


static api_db_conn_t *api_db_connect_alloc(api_db_t *db);
static void api_db_connect_start(api_db_conn_t *conn,
    const api_db_addresses_t *addresses);
static ngx_msec_t api_db_connect_lifetime(const api_db_t *db);
static ngx_int_t api_db_connect_wrap(api_db_conn_t *conn);
static void api_db_connect_polled(api_db_conn_t *conn,
    PostgresPollingStatusType status);
static void api_db_connect_established(api_db_conn_t *conn);
static ngx_uint_t api_db_connect_rotates(api_db_conn_t *conn);


ngx_int_t
api_db_connect_open(api_db_t *db, api_db_lane_e mode)
{
    api_db_conn_t  *conn;

    conn = api_db_connect_alloc(db);
    if (conn == NULL) {
        return NGX_ERROR;
    }

    if (api_db_limit_take(&db->limit, db->waiting) != NGX_OK) {
        return NGX_BUSY;
    }

    conn->gated = 1;
    conn->mode = mode;
    conn->server = mode;
    conn->native_pooler = db->pooler;
    conn->secret = db->nsecret;
    conn->log.action = "connecting to PostgreSQL";

    conn->born = ngx_current_msec;
    conn->lifetime = api_db_connect_lifetime(db);
    conn->used = ngx_current_msec;
    conn->heard = ngx_current_msec;

    api_db_conn_state(conn, API_DB_CONN_CONNECTING);

    api_db_conn_watch(conn, db->conf->connect_timeout, 1);

    if (api_db_resolve(conn, api_db_connect_start) != NGX_OK) {
        api_db_connect_failed(conn, "the host name cannot be looked up now");
    }

    return NGX_OK;
}


/*
 * ten per cent more or less, so that those opened together do not end together
 */

static ngx_msec_t
api_db_connect_lifetime(const api_db_t *db)
{
    ngx_msec_t  lifetime;

    lifetime = db->conf->max_lifetime;

    return lifetime - lifetime / 10
           + (ngx_msec_t) ngx_random() % (lifetime / 5 + 1);
}


static api_db_conn_t *
api_db_connect_alloc(api_db_t *db)
{
    size_t          n;
    uint32_t       *parsed;
    ngx_queue_t    *q;
    api_db_conn_t  *conn;

    n = db->conf->nstatements;

    if (ngx_queue_empty(&db->conns[API_DB_CONN_CLOSED])) {

        conn = ngx_pcalloc(db->pool, sizeof(api_db_conn_t));
        parsed = ngx_palloc(db->pool, (n + 1) * sizeof(uint32_t));

        if (conn == NULL || parsed == NULL) {
            return NULL;
        }

        ngx_queue_insert_head(&db->conns[API_DB_CONN_CLOSED], &conn->queue);
        db->counts[API_DB_CONN_CLOSED]++;

    } else {
        q = ngx_queue_head(&db->conns[API_DB_CONN_CLOSED]);
        conn = ngx_queue_data(q, api_db_conn_t, queue);
        parsed = conn->parsed;

        ngx_memzero((u_char *) conn + offsetof(api_db_conn_t, state),
                    sizeof(api_db_conn_t) - offsetof(api_db_conn_t, state));
    }

    ngx_memzero(parsed, (n + 1) * sizeof(uint32_t));

    conn->fd = (ngx_socket_t) -1;
    conn->db = db;
    conn->parsed = parsed;
    conn->epoch = db->epoch;

    ngx_queue_init(&conn->pending);
    ngx_queue_init(&conn->segments);
    ngx_queue_init(&conn->questions);

    api_db_report_log(conn);

    conn->timer.data = conn;
    conn->timer.handler = db->on_timer;
    conn->timer.log = &conn->log;

    conn->post.data = conn;
    conn->post.handler = db->on_turn;
    conn->post.log = &conn->log;

    return conn;
}


static void
api_db_connect_start(api_db_conn_t *conn, const api_db_addresses_t *addresses)
{
    if (addresses && addresses->host[0] == '\0') {
        conn->unfound = 1;
        api_db_connect_failed(conn, addresses->error);
        return;
    }

    conn->pg = api_db_setup_connect(conn, addresses);

    if (conn->pg == NULL) {
        api_db_connect_failed(conn, "no memory");
        return;
    }

    if (PQstatus(conn->pg) == CONNECTION_BAD) {
        api_db_connect_failed(conn, NULL);
        return;
    }

    /* otherwise a failure would have no SQLSTATE */

    (void) PQsetErrorVerbosity(conn->pg, PQERRORS_VERBOSE);

    if (api_db_connect_wrap(conn) != NGX_OK
        || api_db_wire_events(&conn->wire, 0, 1) != NGX_OK)
    {
        api_db_connect_failed(conn, "no more worker_connections");
    }
}


void
api_db_connect_poll(api_db_conn_t *conn)
{
    if (api_db_handshake_computes(conn)
        && api_db_handshake(conn, api_db_connect_polled) == NGX_AGAIN)
    {
        return;
    }

    api_db_connect_polled(conn, PQconnectPoll(conn->pg));
}


static void
api_db_connect_polled(api_db_conn_t *conn, PostgresPollingStatusType status)
{
    /* nobody could tell it that the worker exits */

    if (ngx_exiting && conn->db->waiting == 0) {
        api_db_close(conn);
        return;
    }

    if (status == PGRES_POLLING_FAILED) {
        api_db_connect_failed(conn, NULL);
        return;
    }

    /* the next host, or the same one without TLS, has another socket */

    if (api_db_connect_wrap(conn) != NGX_OK) {
        api_db_connect_failed(conn, "no more worker_connections");
        return;
    }

    if (status == PGRES_POLLING_OK) {
        api_db_connect_established(conn);
        return;
    }

    if (api_db_wire_events(&conn->wire, status != PGRES_POLLING_WRITING,
                           status == PGRES_POLLING_WRITING)
        != NGX_OK)
    {
        api_db_connect_failed(conn, "no events");
    }
}


static ngx_int_t
api_db_connect_wrap(api_db_conn_t *conn)
{
    if (api_db_wire_wrap(&conn->wire, PQsocket(conn->pg), conn, &conn->log,
                         conn->db->on_socket)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    conn->fd = conn->wire.c->fd;
    conn->wire.c->idle = 1;

    return NGX_OK;
}


static void
api_db_connect_established(api_db_conn_t *conn)
{
    conn->log.action = "setting a PostgreSQL session up";
    api_db_wire_holdable(&conn->wire);

    api_db_conn_state(conn, API_DB_CONN_SETUP);

    if (api_db_wire_events(&conn->wire, 1, 0) != NGX_OK
        || api_db_setup_session(conn) != NGX_OK)
    {
        api_db_connect_failed(conn, NULL);
        return;
    }

    api_db_conn_flush(conn);
}


void
api_db_connect_failed(api_db_conn_t *conn, const char *why)
{
    api_db_t     *db;
    ngx_uint_t    again, flat;
    ngx_msec_t    since;
    ngx_queue_t   flights;

    db = conn->db;

    /* a pooler accepts the startup parameters that it knows, and no others */

    if (why == NULL && conn->pg != NULL
        && ngx_strstr(PQerrorMessage(conn->pg),
                      "unsupported startup parameter")
           != NULL)
    {
        api_db_setup_noticed(db);
    }

    since = conn->born;
    flat = 0;

    /* setup has logged why it must be made in another way */

    if (conn->native_pooler == db->pooler) {
        api_db_report_failed(conn, why);

        flat = conn->unfound
               || (why == NULL && conn->state == API_DB_CONN_CONNECTING
                   && conn->pg != NULL && api_db_refusal_flat(conn->pg)
                   && !api_db_connect_rotates(conn));
    }

    again = (why == NULL) && api_db_secret_again(conn);

    ngx_queue_init(&flights);
    api_db_segment_take(conn, &flights);

    api_db_close(conn);

    if (again) {
        api_db_backoff_retry(db);
        return;
    }

    if (api_db_backoff_failed(db, since, flat)) {
        api_db_line_clear(db, API_DB_AWAY);
    }
}


/*
 * was it a password that worked before?  Its file may soon have the next one
 */

static ngx_uint_t
api_db_connect_rotates(api_db_conn_t *conn)
{
    return conn->db->conf->secret != NULL
           && conn->db->served
           && api_db_refusal_password(conn->pg);
}
