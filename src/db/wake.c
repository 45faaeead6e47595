
#include "db/wake.h"
#include "db/wire.h"

#if (NGX_HAVE_EVENTFD)
#include <sys/eventfd.h>
#endif


typedef struct {
    int                         fds[API_DB_WAKE_CHANNELS];
    ngx_uint_t                  cycles;     /* cycles that hold the channels
                                               open */
    ngx_queue_t                 members;    /* of this process */
    ngx_uint_t                  joined;
    api_db_wire_t               wire;
    ngx_log_t                   log;
} api_db_wake_state_t;


static void api_db_wake_open(ngx_log_t *log);
static void api_db_wake_release(void *data);
static void api_db_wake_listen(ngx_log_t *log);
static void api_db_wake_handler(ngx_event_t *ev);


/* it outlives a reload, as the channels do */
static api_db_wake_state_t  api_db_wake;


ngx_int_t
api_db_wake_module(ngx_cycle_t *cycle)
{
    ngx_pool_cleanup_t  *cln;

    if (ngx_test_config) {
        return NGX_OK;
    }

    cln = ngx_pool_cleanup_add(cycle->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    /* the previous cycle, if there is one, still holds them */

    if (api_db_wake.cycles++ == 0) {
        api_db_wake_open(cycle->log);
    }

    cln->handler = api_db_wake_release;

    return NGX_OK;
}


static void
api_db_wake_open(ngx_log_t *log)
{
    ngx_uint_t  i;

    for (i = 0; i < API_DB_WAKE_CHANNELS; i++) {
        api_db_wake.fds[i] = -1;

#if (NGX_HAVE_EVENTFD)
        api_db_wake.fds[i] = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);

        if (api_db_wake.fds[i] == -1) {
            ngx_log_error(NGX_LOG_WARN, log, ngx_errno,
                          "eventfd() failed: workers will ask each other for "
                          "connections from time to time only");
        }
#endif
    }
}


static void
api_db_wake_release(void *data)
{
    ngx_uint_t  i;

    (void) data;

    if (--api_db_wake.cycles) {
        return;
    }

    for (i = 0; i < API_DB_WAKE_CHANNELS; i++) {
        if (api_db_wake.fds[i] != -1) {
            (void) close(api_db_wake.fds[i]);
            api_db_wake.fds[i] = -1;
        }
    }
}


void
api_db_wake_join(api_db_wake_t *wake, ngx_log_t *log)
{
    if (api_db_wake.joined++ == 0) {
        ngx_queue_init(&api_db_wake.members);
        api_db_wake_listen(log);
    }

    ngx_queue_insert_tail(&api_db_wake.members, &wake->queue);
}


void
api_db_wake_leave(api_db_wake_t *wake)
{
    ngx_queue_remove(&wake->queue);

    if (--api_db_wake.joined == 0) {
        api_db_wire_unwrap(&api_db_wake.wire);
    }
}


static void
api_db_wake_listen(ngx_log_t *log)
{
    int        fd;
    ngx_int_t  rc;

    fd = api_db_wake.cycles ? api_db_wake.fds[api_db_wake_channel()] : -1;

    if (fd == -1) {
        return;
    }

    api_db_wake.log = *log;

    if (api_db_wire_wrap(&api_db_wake.wire, fd, NULL, &api_db_wake.log,
                         api_db_wake_handler)
        != NGX_OK)
    {
        return;
    }

    if (ngx_event_flags & NGX_USE_CLEAR_EVENT) {
        rc = ngx_add_event(api_db_wake.wire.c->read, NGX_READ_EVENT,
                           NGX_CLEAR_EVENT);
    } else {
        rc = api_db_wire_events(&api_db_wake.wire, 1, 0);
    }

    if (rc != NGX_OK) {
        api_db_wire_unwrap(&api_db_wake.wire);
    }
}


static void
api_db_wake_handler(ngx_event_t *ev)
{
    uint64_t           count;
    ngx_queue_t       *q;
    api_db_wake_t     *wake;
    ngx_connection_t  *c;

    c = ev->data;

    /* level-triggered, the event would come again and again */

    if (!(ngx_event_flags & NGX_USE_CLEAR_EVENT)
        && read(c->fd, &count, sizeof(uint64_t)) == -1
        && ngx_errno != NGX_EAGAIN)
    {
        ngx_log_error(NGX_LOG_ALERT, ev->log, ngx_errno,
                      "read() of an eventfd failed");
    }

    for (q = ngx_queue_head(&api_db_wake.members);
         q != ngx_queue_sentinel(&api_db_wake.members);
         q = ngx_queue_next(q))
    {
        wake = ngx_queue_data(q, api_db_wake_t, queue);
        wake->handler(wake->data);
    }
}


ngx_uint_t
api_db_wake_ready(void)
{
    return api_db_wake.wire.c != NULL;
}


ngx_uint_t
api_db_wake_channel(void)
{
    return ngx_process == NGX_PROCESS_WORKER
           ? ngx_worker % API_DB_WAKE_CHANNELS : 0;
}


void
api_db_wake_send(ngx_uint_t channels)
{
    int         fd;
    uint64_t    one;
    ngx_uint_t  i;

    if (api_db_wake.cycles == 0) {
        return;
    }

    one = 1;

    for (i = 0; channels; i++, channels >>= 1) {

        fd = api_db_wake.fds[i];

        /* the counter is full: nobody has looked yet */

        if ((channels & 1) && fd != -1
            && write(fd, &one, sizeof(uint64_t)) == -1
            && ngx_errno != NGX_EAGAIN)
        {
            ngx_log_error(NGX_LOG_ALERT, &api_db_wake.log, ngx_errno,
                          "write() to an eventfd failed");
        }
    }
}
