
#include "db/handshake.h"


/* as many as are opened at once, see db/keep */
#define HANDSHAKE_THREADS  4
#define HANDSHAKE_WAITING  1024
#define HANDSHAKE_STACK    (256 * 1024)

/* ms: OpenSSL may not be used any more when a process ends */
#define HANDSHAKE_EXIT     1000


/* belongs to a thread, and may outlive the connection */
struct api_db_handshake_s {
    api_thread_task_t           task;
    api_db_conn_t              *conn;        /* NULL: it is closed */
    api_db_handshake_pt         done;
    PGconn                     *pg;
    PostgresPollingStatusType   status;
};


static void handshake_run(api_thread_task_t *task);
static void handshake_done(api_thread_task_t *task);


void
api_db_handshake_init(api_db_t *db)
{
    db->handshakes.name = "api-connect";
    db->handshakes.max_threads = HANDSHAKE_THREADS;
    db->handshakes.max_waiting = HANDSHAKE_WAITING;
    db->handshakes.stack = HANDSHAKE_STACK;

    api_thread_team_init(&db->handshakes);
}


void
api_db_handshake_stop(api_db_t *db)
{
    if (db->handshakes.nrunning) {
        api_thread_team_finish(&db->handshakes, HANDSHAKE_EXIT);
    }
}


ngx_uint_t
api_db_handshake_computes(const api_db_conn_t *conn)
{
    switch (PQstatus(conn->pg)) {

    case CONNECTION_SSL_STARTUP:
    case CONNECTION_AWAITING_RESPONSE:
        return 1;

    default:
        return 0;
    }
}


ngx_int_t
api_db_handshake(api_db_conn_t *conn, api_db_handshake_pt done)
{
    api_db_handshake_t  *handshake;

    handshake = ngx_calloc(sizeof(api_db_handshake_t), &conn->log);
    if (handshake == NULL) {
        return NGX_DECLINED;
    }

    handshake->task.run = handshake_run;
    handshake->task.done = handshake_done;
    handshake->conn = conn;
    handshake->done = done;
    handshake->pg = conn->pg;

    /* a thread may be at work as soon as it is posted, and its socket stays */

    if (api_db_wire_events(&conn->wire, 0, 0) != NGX_OK) {
        ngx_free(handshake);
        return NGX_DECLINED;
    }

    api_db_wire_unwrap(&conn->wire);
    conn->fd = (ngx_socket_t) -1;

    if (api_thread_team_post(&conn->db->handshakes, &handshake->task)
        != NGX_OK)
    {
        ngx_free(handshake);
        return NGX_DECLINED;
    }

    conn->handshake = handshake;

    return NGX_AGAIN;
}


void
api_db_handshake_forget(api_db_conn_t *conn)
{
    api_db_handshake_t  *handshake;

    handshake = conn->handshake;

    if (handshake == NULL) {
        return;
    }

    conn->handshake = NULL;
    handshake->conn = NULL;

    if (api_thread_team_withdraw(&handshake->task) == NGX_OK) {
        ngx_free(handshake);
        return;
    }

    conn->pg = NULL;
}


/* runs in a thread, with memory of its own only */

static void
handshake_run(api_thread_task_t *task)
{
    api_db_handshake_t  *handshake;

    handshake = (api_db_handshake_t *) task;

    handshake->status = PQconnectPoll(handshake->pg);
}


static void
handshake_done(api_thread_task_t *task)
{
    api_db_conn_t              *conn;
    api_db_handshake_t         *handshake;
    api_db_handshake_pt         done;
    PostgresPollingStatusType   status;

    handshake = (api_db_handshake_t *) task;

    conn = handshake->conn;
    done = handshake->done;
    status = handshake->status;

    if (conn == NULL) {
        PQfinish(handshake->pg);
        ngx_free(handshake);
        return;
    }

    conn->handshake = NULL;
    ngx_free(handshake);

    done(conn, status);
}
