
/*
 * Requests' work for threads: a few pieces at a time, for the workers share the
 * processors, and the requests behind them in a bounded line.
 *
 * A task has memory of its own, so that it outlives a request that goes.
 * While it waits it needs little: what the work is about is put into it when
 * its turn has come.
 */


#ifndef API_HTTP_THREAD_H
#define API_HTTP_THREAD_H


#include "http/ctx.h"
#include "thread/team.h"


/* of one worker and one kind of work */
typedef struct {
    ngx_queue_t                 waiting;     /* of api_http_task_t */
    ngx_uint_t                  nwaiting;
    ngx_uint_t                  max_waiting; /* set by the init, and then
                                                perhaps by the caller */
    ngx_uint_t                  nrunning;
    api_thread_team_t           team;        /* as many threads as may run */
} api_http_line_t;


typedef enum {
    API_HTTP_TASK_NEW = 0,
    API_HTTP_TASK_WAITING,     /* in the line */
    API_HTTP_TASK_READY,       /* it is its turn */
    API_HTTP_TASK_RUNNING,     /* a thread has it */
    API_HTTP_TASK_DONE
} api_http_task_state_e;


/* the first member of a task of any kind, at the beginning of its pool */
struct api_http_task_s {
    api_thread_task_t           thread;
    ngx_pool_t                 *pool;
    api_http_ctx_t             *ctx;         /* NULL: the request is gone */
    api_http_line_t            *line;
    ngx_queue_t                 queue;
    api_http_task_state_e       state;

    /* in a thread: touches the task's own memory, and what is const, only */
    void                      (*run)(api_http_task_t *task);
};


/*
 * In init_process.  threads: of all workers together, but each has one; nice:
 * how far they stand back.
 */
void api_http_line_init(api_http_line_t *line, ngx_cycle_t *cycle,
    const char *name, ngx_uint_t threads, int nice);

/*
 * size bytes that begin with an api_http_task_t, the rest zeroed; ctx->task
 * points to them.  NULL: memory.
 */
void *api_http_task_create(api_http_ctx_t *ctx, api_http_line_t *line,
    size_t size);

/* would the next one be refused? */
ngx_uint_t api_http_line_full(const api_http_line_t *line);

/*
 * NGX_OK: it may be started; NGX_AGAIN: not yet, ctx is resumed then;
 * NGX_DECLINED: too many wait.
 */
API_MUST_CHECK ngx_int_t api_http_task_enter(api_http_task_t *task);

/*
 * NGX_AGAIN: a thread has it, ctx is resumed when it is done; NGX_DECLINED: the
 * system gives no thread.
 */
API_MUST_CHECK ngx_int_t api_http_task_start(api_http_task_t *task);

/* the request goes, or has what it wanted: ctx->task is given up */
void api_http_task_forget(api_http_ctx_t *ctx);


#endif /* API_HTTP_THREAD_H */
