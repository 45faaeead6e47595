
#include "http/thread.h"


/* requests of one worker in one line; their bodies are read */
#define API_HTTP_THREAD_WAITING  1024


static void api_http_thread_run(api_thread_task_t *thread);
static void api_http_thread_done(api_thread_task_t *thread);
static void api_http_thread_next(api_http_line_t *line);


void
api_http_line_init(api_http_line_t *line, ngx_cycle_t *cycle,
    const char *name, ngx_uint_t threads, int nice)
{
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    ngx_memzero(line, sizeof(api_http_line_t));
    ngx_queue_init(&line->waiting);

    line->max_waiting = API_HTTP_THREAD_WAITING;

    /* what is kept here is a processor, and memory for each that runs */

    threads /= (ngx_uint_t) ngx_max(ccf->worker_processes, 1);

    line->team.name = name;
    line->team.max_threads = ngx_max(threads, 1);
    line->team.nice = nice;

    api_thread_team_init(&line->team);
}


void *
api_http_task_create(api_http_ctx_t *ctx, api_http_line_t *line, size_t size)
{
    ngx_pool_t       *pool;
    api_http_task_t  *task;

    pool = ngx_create_pool(1024, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    task = ngx_pcalloc(pool, size);
    if (task == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    task->pool = pool;
    task->ctx = ctx;
    task->line = line;

    ctx->task = task;

    return task;
}


ngx_uint_t
api_http_line_full(const api_http_line_t *line)
{
    return line->nrunning >= line->team.max_threads
           && line->nwaiting >= line->max_waiting;
}


ngx_int_t
api_http_task_enter(api_http_task_t *task)
{
    api_http_line_t  *line;

    line = task->line;

    switch (task->state) {

    case API_HTTP_TASK_READY:
        return NGX_OK;

    case API_HTTP_TASK_NEW:
        break;

    default:
        return NGX_AGAIN;
    }

    if (line->nrunning < line->team.max_threads) {
        line->nrunning++;
        task->state = API_HTTP_TASK_READY;
        return NGX_OK;
    }

    if (api_http_line_full(line)) {
        return NGX_DECLINED;
    }

    ngx_queue_insert_tail(&line->waiting, &task->queue);
    line->nwaiting++;
    task->state = API_HTTP_TASK_WAITING;

    return NGX_AGAIN;
}


ngx_int_t
api_http_task_start(api_http_task_t *task)
{
    task->thread.run = api_http_thread_run;
    task->thread.done = api_http_thread_done;

    if (api_thread_team_post(&task->line->team, &task->thread) != NGX_OK) {
        return NGX_DECLINED;
    }

    task->state = API_HTTP_TASK_RUNNING;

    return NGX_AGAIN;
}


static void
api_http_thread_run(api_thread_task_t *thread)
{
    api_http_task_t  *task;

    task = (api_http_task_t *) thread;

    task->run(task);
}


static void
api_http_thread_done(api_thread_task_t *thread)
{
    api_http_ctx_t   *ctx;
    api_http_task_t  *task;

    task = (api_http_task_t *) thread;

    task->line->nrunning--;
    api_http_thread_next(task->line);

    /* read only now: what next() has resumed may have ended this request,
       too */

    ctx = task->ctx;

    if (ctx == NULL) {
        ngx_destroy_pool(task->pool);
        return;
    }

    task->state = API_HTTP_TASK_DONE;

    ctx->resume(ctx);
}


static void
api_http_thread_next(api_http_line_t *line)
{
    ngx_queue_t      *q;
    api_http_task_t  *task;

    while (!ngx_queue_empty(&line->waiting)
           && line->nrunning < line->team.max_threads)
    {
        q = ngx_queue_head(&line->waiting);
        task = ngx_queue_data(q, api_http_task_t, queue);

        ngx_queue_remove(q);
        line->nwaiting--;

        line->nrunning++;
        task->state = API_HTTP_TASK_READY;

        /* starts it, or gives its turn back */

        task->ctx->resume(task->ctx);
    }
}


void
api_http_task_forget(api_http_ctx_t *ctx)
{
    api_http_task_t  *task;

    task = ctx->task;

    if (task == NULL) {
        return;
    }

    ctx->task = NULL;
    task->ctx = NULL;

    switch (task->state) {

    case API_HTTP_TASK_RUNNING:
        /* destroyed when the thread is done */
        return;

    case API_HTTP_TASK_WAITING:
        ngx_queue_remove(&task->queue);
        task->line->nwaiting--;
        break;

    case API_HTTP_TASK_READY:
        /* nobody waits; else api_http_thread_next() goes on */
        task->line->nrunning--;
        break;

    default:
        break;
    }

    ngx_destroy_pool(task->pool);
}
