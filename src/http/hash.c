
#include "http/hash.h"
#include "auth/password.h"

#if (NGX_THREADS)
#include <ngx_thread_pool.h>
#endif


/* waiting requests of one worker; each holds a body that is read */
#define API_HTTP_HASH_LINE  1024


/*
 * A hash under way.  Its memory is its own: it outlives the request, whose
 * cleanup cuts ctx.
 */

struct api_http_hash_task_s {
    ngx_queue_t                 queue;       /* while in the line */
    api_http_ctx_t             *ctx;         /* NULL: nobody waits */
    ngx_pool_t                 *pool;
    ngx_int_t                   rc;
    unsigned                    waiting:1;
    unsigned                    finished:1;  /* rc and hash are there */
    size_t                      len;
    u_char                     *password;
    u_char                      hash[API_PASSWORD_LEN];
};


typedef struct {
    ngx_queue_t                 line;
    ngx_uint_t                  waiting;
    ngx_uint_t                  running;
    ngx_uint_t                  max_running;
    void                       *thread_pool;
} api_http_hash_line_t;


static ngx_int_t api_http_hash_begin(api_http_ctx_t *ctx,
    const api_value_t *password);
static api_http_hash_task_t *api_http_hash_create(api_http_ctx_t *ctx,
    const api_value_t *password);
static ngx_int_t api_http_hash_post(api_http_hash_task_t *task);
static void api_http_hash_free(api_http_hash_task_t *task);
static ngx_int_t api_http_hash_store(api_http_ctx_t *ctx);
#if (NGX_THREADS)
static void api_http_hash_thread(void *data, ngx_log_t *log);
static void api_http_hash_done(ngx_event_t *ev);
static void api_http_hash_next(void);
#endif


static api_http_hash_line_t  api_http_hash_line;


ngx_int_t
api_http_hash_init(ngx_cycle_t *cycle)
{
    ngx_core_conf_t       *ccf;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);
    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    ngx_memzero(&api_http_hash_line, sizeof(api_http_hash_line_t));
    ngx_queue_init(&api_http_hash_line.line);

    api_http_hash_line.thread_pool = amcf->thread_pool;

    /* memory is max_running × API_PASSWORD_MEMORY, processor time all there
       is: the workers share the processors */

    api_http_hash_line.max_running = (ngx_uint_t) ngx_max(ngx_ncpu, 1)
                           / (ngx_uint_t) ngx_max(ccf->worker_processes, 1);

    if (api_http_hash_line.max_running == 0) {
        api_http_hash_line.max_running = 1;
    }

    if (amcf->nhash != 0 && api_password_init() != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                      "api_hash_password: libsodium does not start");
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
api_http_hash_step(api_http_ctx_t *ctx)
{
    ngx_int_t         rc;
    api_value_t      *password;
    api_http_hash_t  *hash;

    if (ctx->route->hashes.nelts == 0) {
        return NGX_OK;
    }

    if (ctx->hashes == NULL) {
        ctx->hashes = ngx_pcalloc(ctx->request->pool,
                              ctx->route->hashes.nelts * sizeof(api_value_t));
        if (ctx->hashes == NULL) {
            return NGX_ERROR;
        }
    }

    if (ctx->hash_task != NULL) {
        rc = api_http_hash_store(ctx);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    hash = ctx->route->hashes.elts;

    while (ctx->hash_next < ctx->route->hashes.nelts) {

        password = &ctx->fields[hash[ctx->hash_next].field];

        if (password->null) {
            /* an optional field that was not sent */
            ctx->hashes[ctx->hash_next++].null = 1;
            continue;
        }

        return api_http_hash_begin(ctx, password);
    }

    return NGX_OK;
}


/* NGX_AGAIN, NGX_DECLINED (the line is full), NGX_ERROR */

static ngx_int_t
api_http_hash_begin(api_http_ctx_t *ctx, const api_value_t *password)
{
    api_http_hash_task_t  *task;

    if (api_http_hash_line.running >= api_http_hash_line.max_running
        && api_http_hash_line.waiting >= API_HTTP_HASH_LINE)
    {
        api_error_set(&ctx->error, API_ERROR_BUSY,
                      "too many passwords wait to be hashed");
        ctx->error.retry_after = 1;
        return NGX_DECLINED;
    }

    task = api_http_hash_create(ctx, password);
    if (task == NULL) {
        return NGX_ERROR;
    }

    ctx->hash_task = task;

    if (api_http_hash_line.running >= api_http_hash_line.max_running) {
        ngx_queue_insert_tail(&api_http_hash_line.line, &task->queue);
        api_http_hash_line.waiting++;
        task->waiting = 1;

        return NGX_AGAIN;
    }

    if (api_http_hash_post(task) != NGX_OK) {
        ctx->hash_task = NULL;
        api_http_hash_free(task);
        return NGX_ERROR;
    }

#if (NGX_THREADS)
    return NGX_AGAIN;
#else
    return api_http_hash_step(ctx);
#endif
}


static api_http_hash_task_t *
api_http_hash_create(api_http_ctx_t *ctx, const api_value_t *password)
{
    ngx_pool_t            *pool;
    api_http_hash_task_t  *task;

    pool = ngx_create_pool(1024, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    task = ngx_pcalloc(pool, sizeof(api_http_hash_task_t));

    if (task != NULL) {
        task->password = ngx_pnalloc(pool, password->text.len + 1);
    }

    if (task == NULL || task->password == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    ngx_memcpy(task->password, password->text.data, password->text.len);

    task->len = password->text.len;
    task->pool = pool;
    task->ctx = ctx;
    task->rc = NGX_ERROR;

    return task;
}


#if (NGX_THREADS)

static ngx_int_t
api_http_hash_post(api_http_hash_task_t *task)
{
    ngx_thread_task_t  *tt;

    tt = ngx_thread_task_alloc(task->pool, sizeof(api_http_hash_task_t *));
    if (tt == NULL) {
        return NGX_ERROR;
    }

    *(api_http_hash_task_t **) tt->ctx = task;

    tt->handler = api_http_hash_thread;
    tt->event.handler = api_http_hash_done;
    tt->event.data = task;

    if (ngx_thread_task_post(api_http_hash_line.thread_pool, tt) != NGX_OK) {
        return NGX_ERROR;
    }

    api_http_hash_line.running++;

    return NGX_OK;
}


/* in a thread: touches the task's own memory only */

static void
api_http_hash_thread(void *data, ngx_log_t *log)
{
    api_http_hash_task_t  *task;

    task = *(api_http_hash_task_t **) data;

    task->rc = api_password_hash(task->password, task->len, task->hash);
}


static void
api_http_hash_done(ngx_event_t *ev)
{
    api_http_ctx_t        *ctx;
    api_http_hash_task_t  *task;

    task = ev->data;

    api_http_hash_line.running--;
    api_http_hash_next();

    /* not before: what next() resumed may have ended this request, too */

    ctx = task->ctx;

    if (ctx == NULL) {
        api_http_hash_free(task);
        return;
    }

    task->finished = 1;

    api_http_request_resume(ctx);
}


static void
api_http_hash_next(void)
{
    ngx_queue_t           *q;
    api_http_ctx_t        *ctx;
    api_http_hash_task_t  *task;

    while (!ngx_queue_empty(&api_http_hash_line.line)
           && api_http_hash_line.running < api_http_hash_line.max_running)
    {
        q = ngx_queue_head(&api_http_hash_line.line);
        task = ngx_queue_data(q, api_http_hash_task_t, queue);

        ngx_queue_remove(q);
        api_http_hash_line.waiting--;
        task->waiting = 0;

        if (api_http_hash_post(task) == NGX_OK) {
            continue;
        }

        /* no memory, or nginx's thread queue is full: store() says so */

        ctx = task->ctx;
        task->finished = 1;
        api_http_request_resume(ctx);
    }
}

#else

/* without threads the worker itself computes: correct, and slow */

static ngx_int_t
api_http_hash_post(api_http_hash_task_t *task)
{
    task->rc = api_password_hash(task->password, task->len, task->hash);
    task->finished = 1;

    return NGX_OK;
}

#endif


/* the finished task's hash becomes the request's */

static ngx_int_t
api_http_hash_store(api_http_ctx_t *ctx)
{
    size_t                 len;
    api_value_t           *value;
    api_http_hash_task_t  *task;

    task = ctx->hash_task;
    ctx->hash_task = NULL;

    value = &ctx->hashes[ctx->hash_next++];

    if (task->rc != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "api_hash_password: no memory or no thread for argon2id");
        api_http_hash_free(task);

        api_error_set(&ctx->error, API_ERROR_BUSY,
                      "the password could not be hashed now");
        ctx->error.retry_after = 1;
        return NGX_DECLINED;
    }

    len = ngx_strlen(task->hash);

    value->text.data = ngx_pnalloc(ctx->request->pool, len + 1);

    if (value->text.data == NULL) {
        api_http_hash_free(task);
        return NGX_ERROR;
    }

    ngx_memcpy(value->text.data, task->hash, len + 1);
    value->text.len = len;

    api_http_hash_free(task);

    return NGX_OK;
}


void
api_http_hash_forget(api_http_ctx_t *ctx)
{
    api_http_hash_task_t  *task;

    task = ctx->hash_task;

    if (task == NULL) {
        return;
    }

    ctx->hash_task = NULL;
    task->ctx = NULL;

    if (task->waiting) {
        ngx_queue_remove(&task->queue);
        api_http_hash_line.waiting--;
        api_http_hash_free(task);
        return;
    }

    if (task->finished) {
        api_http_hash_free(task);
    }
}


static void
api_http_hash_free(api_http_hash_task_t *task)
{
    ngx_explicit_memzero(task->password, task->len);
    ngx_destroy_pool(task->pool);
}
