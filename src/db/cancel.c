
#include "db/cancel.h"
#include "db/conn.h"

#if (NGX_THREADS)
#include <ngx_thread_pool.h>
#endif


#ifdef LIBPQ_HAS_ASYNC_CANCEL

/* a request of its own connection, which does not know ours */
typedef struct {
    API_DB_EVENT_DATA;

    PGcancelConn               *request;
    api_db_wire_t               wire;
    ngx_pool_t                 *pool;
    ngx_log_t                   log;
    ngx_event_t                 timer;
} api_db_cancel_t;


static void api_db_cancel_events(api_db_cancel_t *cancel, ngx_uint_t write);
static void api_db_cancel_handler(ngx_event_t *ev);
static void api_db_cancel_timeout(ngx_event_t *ev);
static void api_db_cancel_finish(api_db_cancel_t *cancel, ngx_uint_t failed);

#elif (NGX_THREADS)

/* a thread's, which outlives the connection */
typedef struct {
    ngx_pool_t                 *pool;
    ngx_log_t                  *log;
    PGcancel                   *request;
    int                         sent;
    char                        error[256];
} api_db_cancel_t;


static void api_db_cancel_thread(void *data, ngx_log_t *log);
static void api_db_cancel_event(ngx_event_t *ev);

#endif

#if (defined LIBPQ_HAS_ASYNC_CANCEL || NGX_THREADS)
static void api_db_cancel_start(api_db_conn_t *conn);
#endif


void
api_db_cancel(api_db_conn_t *conn)
{
    api_db_conn_drain(conn, API_DB_GRACE);

#if (defined LIBPQ_HAS_ASYNC_CANCEL || NGX_THREADS)
    api_db_cancel_start(conn);
#endif
}


#ifdef LIBPQ_HAS_ASYNC_CANCEL

static void
api_db_cancel_start(api_db_conn_t *conn)
{
    ngx_pool_t       *pool;
    api_db_cancel_t  *cancel;

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
    cancel->fd = (ngx_socket_t) -1;
    cancel->log = *conn->db->log;
    cancel->log.action = "cancelling a PostgreSQL statement";

    cancel->timer.data = cancel;
    cancel->timer.handler = api_db_cancel_timeout;
    cancel->timer.log = &cancel->log;

    /* not cancelable: its connection would be an open socket left */

    ngx_add_timer(&cancel->timer, API_DB_GRACE);

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


#elif (NGX_THREADS)

static void
api_db_cancel_start(api_db_conn_t *conn)
{
    ngx_pool_t         *pool;
    api_db_cancel_t    *cancel;
    ngx_thread_task_t  *task;

    if (conn->db->thread_pool == NULL) {
        return;
    }

    pool = ngx_create_pool(1024, conn->db->log);
    if (pool == NULL) {
        return;
    }

    task = ngx_thread_task_alloc(pool, sizeof(api_db_cancel_t));
    if (task == NULL) {
        ngx_destroy_pool(pool);
        return;
    }

    cancel = task->ctx;

    cancel->pool = pool;
    cancel->log = conn->db->log;
    cancel->sent = 0;
    cancel->error[0] = '\0';
    cancel->request = PQgetCancel(conn->pg);

    task->handler = api_db_cancel_thread;
    task->event.data = cancel;
    task->event.handler = api_db_cancel_event;

    if (cancel->request == NULL
        || ngx_thread_task_post(conn->db->thread_pool, task) != NGX_OK)
    {
        PQfreeCancel(cancel->request);
        ngx_destroy_pool(pool);
    }
}


static void
api_db_cancel_thread(void *data, ngx_log_t *log)
{
    api_db_cancel_t  *cancel;

    (void) log;

    cancel = data;

    cancel->sent = PQcancel(cancel->request, cancel->error,
                            sizeof(cancel->error));
}


static void
api_db_cancel_event(ngx_event_t *ev)
{
    api_db_cancel_t  *cancel;

    cancel = ev->data;

    if (!cancel->sent) {
        ngx_log_error(NGX_LOG_WARN, cancel->log, 0,
                      "a cancel request could not be sent: %s",
                      cancel->error);
    }

    PQfreeCancel(cancel->request);
    ngx_destroy_pool(cancel->pool);
}

#endif
