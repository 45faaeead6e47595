
#include "db/cancel.h"
#include "db/conn.h"
#include "observe/observe.h"


#ifdef LIBPQ_HAS_ASYNC_CANCEL

/*
 * a cancel request has a connection of its own; the server finds ours by its
 * key
 */
struct api_db_cancel_s {
    API_DB_EVENT_DATA;

    PGcancelConn               *request;
    api_db_conn_t              *conn;        /* NULL: the connection is
                                                closed */
    api_db_wire_t               wire;
    ngx_pool_t                 *pool;
    ngx_log_t                   log;
    ngx_event_t                 timer;
};


static void api_db_cancel_events(api_db_cancel_t *cancel, ngx_uint_t write);
static void api_db_cancel_handler(ngx_event_t *ev);
static void api_db_cancel_timeout(ngx_event_t *ev);
static void api_db_cancel_finish(api_db_cancel_t *cancel, ngx_uint_t failed);

#else

/*
 * PQcancel() waits for the server without a limit.  Each database has a few
 * threads for it, so that a stalled network costs the other databases nothing.
 */
#define API_DB_CANCEL_THREADS  4
#define API_DB_CANCEL_WAITING  1024
#define API_DB_CANCEL_STACK    (256 * 1024)


/* belongs to a thread, and may outlive the connection */
struct api_db_cancel_s {
    api_thread_task_t           task;
    struct {
        API_DB_EVENT_DATA;
    } ident;
    ngx_event_t                 timer;       /* its timer keeps a worker from
                                                exiting */
    api_db_conn_t              *conn;        /* NULL: the connection is
                                                closed */
    ngx_log_t                  *log;
    PGcancel                   *request;
    int                         sent;
    char                        error[256];
};


static void api_db_cancel_timeout(ngx_event_t *ev);
static void api_db_cancel_run(api_thread_task_t *task);
static void api_db_cancel_done(api_thread_task_t *task);
static void api_db_cancel_free(api_db_cancel_t *cancel);

#endif


static void api_db_cancel_start(api_db_conn_t *conn);
static void api_db_cancel_over(api_db_conn_t *conn);


void
api_db_cancel(api_db_conn_t *conn)
{
    api_db_conn_drain(conn, ngx_exiting ? API_DB_LAST_GRACE : API_DB_GRACE);

    api_db_cancel_start(conn);
}


void
api_db_cancel_stop(api_db_conn_t *conn)
{
    conn->stopped = 1;
    conn->suspected = api_db_now();

    api_db_conn_watch(conn, API_DB_GRACE, 0);

    api_db_cancel_start(conn);

    conn->stopping = (conn->cancel != NULL);
}


/* a request is over: its connection may be idle now, its handler looks */

static void
api_db_cancel_over(api_db_conn_t *conn)
{
    conn->cancel = NULL;

    if (conn->stopping) {
        conn->stopping = 0;
        ngx_post_event((&conn->post), &ngx_posted_events);
    }
}


void
api_db_cancel_last(api_db_conn_t *conn)
{
    ngx_uint_t  canceled;

    canceled = conn->canceled;

    api_db_conn_drain(conn, API_DB_LAST_GRACE);

    if (!canceled) {
        api_db_cancel_start(conn);
    }
}


void
api_db_cancel_apart(api_db_conn_t *conn)
{
    api_db_cancel_start(conn);

    if (conn->cancel) {
        conn->cancel->conn = NULL;
        conn->cancel = NULL;
    }
}


#ifdef LIBPQ_HAS_ASYNC_CANCEL

void
api_db_cancel_init(api_db_t *db)
{
    (void) db;
}


/* the request goes on */

void
api_db_cancel_forget(api_db_conn_t *conn)
{
    if (conn->cancel) {
        conn->cancel->conn = NULL;
        conn->cancel = NULL;
    }
}


/* it goes to the address of the connection, so no name is looked up */

static void
api_db_cancel_start(api_db_conn_t *conn)
{
    ngx_pool_t       *pool;
    api_db_cancel_t  *cancel;

    if (conn->cancel) {
        return;
    }

    pool = ngx_create_pool(1024, conn->db->log);
    if (pool == NULL) {
        return;
    }

    cancel = ngx_pcalloc(pool, sizeof(api_db_cancel_t));
    if (cancel == NULL) {
        ngx_destroy_pool(pool);
        return;
    }

    cancel->pool = pool;
    cancel->conn = conn;
    cancel->fd = (ngx_socket_t) -1;
    cancel->log = *conn->db->log;
    cancel->log.action = "cancelling a PostgreSQL statement";

    cancel->timer.data = cancel;
    cancel->timer.handler = api_db_cancel_timeout;
    cancel->timer.log = &cancel->log;

    /*
     * not cancelable: the connection would be reported as an open socket left
     */

    ngx_add_timer(&cancel->timer,
                  ngx_exiting ? API_DB_LAST_GRACE : API_DB_GRACE);

    conn->cancel = cancel;

    api_tell(.event = API_EVENT_CANCEL_SENT,
             .database = &conn->db->conf->name);

    cancel->request = PQcancelCreate(conn->pg);

    if (cancel->request == NULL || PQcancelStart(cancel->request) != 1) {
        api_db_cancel_finish(cancel, 1);
        return;
    }

    api_db_cancel_events(cancel, 1);
}


static void
api_db_cancel_events(api_db_cancel_t *cancel, ngx_uint_t write)
{
    if (api_db_wire_wrap(&cancel->wire, PQcancelSocket(cancel->request),
                         cancel, &cancel->log, api_db_cancel_handler)
        != NGX_OK)
    {
        api_db_cancel_finish(cancel, 1);
        return;
    }

    cancel->fd = cancel->wire.c->fd;

    /* set when the worker exits */

    cancel->wire.c->idle = 1;

    if (api_db_wire_events(&cancel->wire, !write, write) != NGX_OK) {
        api_db_cancel_finish(cancel, 1);
    }
}


static void
api_db_cancel_handler(ngx_event_t *ev)
{
    api_db_cancel_t            *cancel;
    ngx_connection_t           *c;
    PostgresPollingStatusType   status;

    c = ev->data;
    cancel = c->data;

    if (c->close) {

        /* the worker exits: wait only a moment longer */

        c->close = 0;
        c->error = 0;
        ngx_add_timer(&cancel->timer, API_DB_LAST_GRACE);
        return;
    }

    status = PQcancelPoll(cancel->request);

    if (status == PGRES_POLLING_OK || status == PGRES_POLLING_FAILED) {
        api_db_cancel_finish(cancel, status == PGRES_POLLING_FAILED);
        return;
    }

    api_db_cancel_events(cancel, status == PGRES_POLLING_WRITING);
}


static void
api_db_cancel_timeout(ngx_event_t *ev)
{
    api_db_cancel_finish(ev->data, 1);
}


static void
api_db_cancel_finish(api_db_cancel_t *cancel, ngx_uint_t failed)
{
    if (cancel->conn) {
        api_db_cancel_over(cancel->conn);
    }

    if (failed) {
        ngx_log_error(NGX_LOG_WARN, &cancel->log, 0,
                      "a cancel request could not be sent: %s",
                      cancel->request ? PQcancelErrorMessage(cancel->request)
                                      : "no memory");
    }

    if (cancel->timer.timer_set) {
        ngx_del_timer(&cancel->timer);
    }

    api_db_wire_unwrap(&cancel->wire);

    PQcancelFinish(cancel->request);

    ngx_destroy_pool(cancel->pool);
}


#else

void
api_db_cancel_init(api_db_t *db)
{
    db->cancels.name = "api-cancel";
    db->cancels.max_threads = API_DB_CANCEL_THREADS;
    db->cancels.max_waiting = API_DB_CANCEL_WAITING;
    db->cancels.stack = API_DB_CANCEL_STACK;

    api_thread_team_init(&db->cancels);
}


static void
api_db_cancel_start(api_db_conn_t *conn)
{
    api_db_cancel_t  *cancel;

    if (conn->cancel) {
        return;
    }

    cancel = ngx_calloc(sizeof(api_db_cancel_t), &conn->log);
    if (cancel == NULL) {
        return;
    }

    cancel->ident.fd = (ngx_socket_t) -1;
    cancel->timer.data = &cancel->ident;
    cancel->timer.handler = api_db_cancel_timeout;
    cancel->timer.log = conn->db->log;

    cancel->task.run = api_db_cancel_run;
    cancel->task.done = api_db_cancel_done;
    cancel->conn = conn;
    cancel->log = conn->db->log;
    cancel->request = PQgetCancel(conn->pg);

    if (cancel->request == NULL
        || api_thread_team_post(&conn->db->cancels, &cancel->task) != NGX_OK)
    {
        api_db_cancel_free(cancel);
        return;
    }

    conn->cancel = cancel;

    api_tell(.event = API_EVENT_CANCEL_SENT,
             .database = &conn->db->conf->name);

    if (ngx_exiting) {
        ngx_add_timer(&cancel->timer, API_DB_LAST_GRACE);
    }
}


/* the thread goes on by itself for as long as the process lives */

static void
api_db_cancel_timeout(ngx_event_t *ev)
{
    (void) ev;
}


void
api_db_cancel_forget(api_db_conn_t *conn)
{
    api_db_cancel_t  *cancel;

    cancel = conn->cancel;

    if (cancel == NULL) {
        return;
    }

    conn->cancel = NULL;
    cancel->conn = NULL;

    if (api_thread_team_withdraw(&cancel->task) == NGX_OK) {
        api_db_cancel_free(cancel);
    }
}


/* runs in a thread, with memory of its own only */

static void
api_db_cancel_run(api_thread_task_t *task)
{
    api_db_cancel_t  *cancel;

    cancel = (api_db_cancel_t *) task;

    cancel->sent = PQcancel(cancel->request, cancel->error,
                            sizeof(cancel->error));
}


static void
api_db_cancel_done(api_thread_task_t *task)
{
    api_db_cancel_t  *cancel;

    cancel = (api_db_cancel_t *) task;

    if (cancel->conn) {
        api_db_cancel_over(cancel->conn);
    }

    if (!cancel->sent) {
        ngx_log_error(NGX_LOG_WARN, cancel->log, 0,
                      "a cancel request could not be sent: %s",
                      cancel->error);
    }

    api_db_cancel_free(cancel);
}


static void
api_db_cancel_free(api_db_cancel_t *cancel)
{
    if (cancel->timer.timer_set) {
        ngx_del_timer(&cancel->timer);
    }

    PQfreeCancel(cancel->request);
    ngx_free(cancel);
}

#endif
