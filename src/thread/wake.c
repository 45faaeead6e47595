
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_channel.h>

#include <poll.h>

#include "thread/wake.h"


typedef struct {
    api_thread_task_t          *done;        /* the last one first */
    int                         pipe[2];
    void                      (*handler)(api_thread_task_t *task);
} wake_t;


static ngx_int_t open_pipe(ngx_log_t *log);
static void on_byte(ngx_event_t *ev);
static api_thread_task_t *take(void);


static wake_t  wake;


ngx_int_t
api_thread_wake_init(ngx_cycle_t *cycle,
    void (*handler)(api_thread_task_t *task))
{
    if (open_pipe(cycle->log) != NGX_OK) {
        return NGX_ERROR;
    }

    wake.done = NULL;
    wake.handler = handler;

    /*
     * Like one of nginx's own channels it is not a client: a worker that exits
     * does not wait for it, worker_shutdown_timeout does not close it, and it
     * is not reported as an open socket.
     */

    if (ngx_add_channel_event(cycle, wake.pipe[0], NGX_READ_EVENT,
                              on_byte)
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                      "no event for threads: too few worker_connections");
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
open_pipe(ngx_log_t *log)
{
    int  i;

    if (pipe(wake.pipe) == -1) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno, "pipe() failed");
        return NGX_ERROR;
    }

    for (i = 0; i < 2; i++) {
        if (ngx_nonblocking(wake.pipe[i]) == -1
            || fcntl(wake.pipe[i], F_SETFD, FD_CLOEXEC) == -1)
        {
            ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                          "fcntl() of a pipe failed");
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
api_thread_wake_push(api_thread_task_t *task)
{
    ssize_t             n;
    api_thread_task_t  *last;

    last = __atomic_load_n(&wake.done, __ATOMIC_RELAXED);

    do {
        task->next = last;
    } while (!__atomic_compare_exchange_n(&wake.done, &last, task, 0,
                                          __ATOMIC_RELEASE,
                                          __ATOMIC_RELAXED));

    /*
     * if others are there already, the event loop learns of all of them
     * together
     */

    if (last != NULL) {
        return;
    }

    do {
        n = write(wake.pipe[1], "", 1);
    } while (n == -1 && ngx_errno == NGX_EINTR);
}


static void
on_byte(ngx_event_t *ev)
{
    api_thread_task_t  *task, *next;

    (void) ev;

    for (task = take(); task; task = next) {
        next = task->next;
        wake.handler(task);
    }
}


/* the pipe is read first: what is pushed afterwards has its own byte in it */

static api_thread_task_t *
take(void)
{
    ssize_t             n;
    u_char              bytes[64];
    api_thread_task_t  *task, *next, *first;

    do {
        n = read(wake.pipe[0], bytes, sizeof(bytes));
    } while (n > 0 || (n == -1 && ngx_errno == NGX_EINTR));

    task = __atomic_exchange_n(&wake.done, NULL, __ATOMIC_ACQUIRE);

    for (first = NULL; task; task = next) {
        next = task->next;
        task->next = first;
        first = task;
    }

    return first;
}


api_thread_task_t *
api_thread_wake_wait(ngx_msec_t msec)
{
    struct pollfd  pfd;

    pfd.fd = wake.pipe[0];
    pfd.events = POLLIN;

    (void) poll(&pfd, 1, (int) msec);

    return take();
}
