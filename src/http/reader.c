
#include "http/reader.h"

#if (NGX_THREADS)
#include <ngx_thread_pool.h>
#endif


/*
 * jansson takes up to a tenth of a microsecond for a byte, where it is all
 * keys: so much may be read between two other requests
 */
#define API_HTTP_READER_AT_ONCE  32768


/*
 * A body that a thread reads.  It stands at the beginning of a pool of its own,
 * which becomes the request's only when the thread is done.
 */

struct api_http_reader_task_s {
    ngx_pool_t                 *pool;
    api_http_ctx_t             *ctx;         /* NULL: nobody waits */
    ngx_str_t                   text;
    api_json_t                 *document;
    api_error_t                 error;
    ngx_int_t                   rc;
    unsigned                    posted:1;
    unsigned                    finished:1;  /* rc and what goes with it */
};


static ngx_int_t api_http_reader_read(ngx_pool_t *pool, const ngx_str_t *text,
    api_json_t **document, api_error_t *error);
#if (NGX_THREADS)
static void *api_http_reader_threads(api_http_ctx_t *ctx);
static ngx_int_t api_http_reader_post(api_http_ctx_t *ctx,
    api_http_reader_task_t *task);
static void api_http_reader_thread(void *data, ngx_log_t *log);
static void api_http_reader_done(ngx_event_t *ev);
static ngx_int_t api_http_reader_take(api_http_ctx_t *ctx,
    api_http_reader_task_t *task);
static void api_http_reader_destroy(void *data);
#endif


ngx_int_t
api_http_reader_json(api_http_ctx_t *ctx)
{
#if (NGX_THREADS)
    api_http_reader_task_t  *task;

    task = ctx->reader_task;

    if (task != NULL && task->finished) {
        return api_http_reader_take(ctx, task);
    }

    if (task != NULL) {
        return task->posted ? NGX_AGAIN : api_http_reader_post(ctx, task);
    }
#endif

    return api_http_reader_read(ctx->request->pool, &ctx->body,
                                &ctx->document, &ctx->error);
}


static ngx_int_t
api_http_reader_read(ngx_pool_t *pool, const ngx_str_t *text,
    api_json_t **document, api_error_t *error)
{
    api_json_limits_t  limits;

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    return api_json_read(pool, text, &limits, document, error);
}


#if (NGX_THREADS)

ngx_pool_t *
api_http_reader_pool(api_http_ctx_t *ctx, size_t len)
{
    ngx_pool_t              *pool;
    api_http_reader_task_t  *task;

    if (len <= API_HTTP_READER_AT_ONCE || ctx->form
        || api_http_reader_threads(ctx) == NULL)
    {
        return ctx->request->pool;
    }

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    task = ngx_pcalloc(pool, sizeof(api_http_reader_task_t));
    if (task == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    task->pool = pool;
    task->ctx = ctx;

    ctx->reader_task = task;

    return pool;
}


static void *
api_http_reader_threads(api_http_ctx_t *ctx)
{
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_api_module);

    return amcf->thread_pool;
}


static ngx_int_t
api_http_reader_post(api_http_ctx_t *ctx, api_http_reader_task_t *task)
{
    ngx_thread_task_t  *tt;

    tt = ngx_thread_task_alloc(task->pool, sizeof(api_http_reader_task_t *));
    if (tt == NULL) {
        return NGX_ERROR;
    }

    *(api_http_reader_task_t **) tt->ctx = task;

    tt->handler = api_http_reader_thread;
    tt->event.handler = api_http_reader_done;
    tt->event.data = task;

    task->text = ctx->body;

    if (ngx_thread_task_post(api_http_reader_threads(ctx), tt) != NGX_OK) {
        api_error_set(&ctx->error, API_ERROR_BUSY,
                      "too many large bodies wait to be read");
        ctx->error.retry_after = 1;
        return NGX_DECLINED;
    }

    task->posted = 1;

    return NGX_AGAIN;
}


/* in a thread: touches the task's own memory only */

static void
api_http_reader_thread(void *data, ngx_log_t *log)
{
    api_http_reader_task_t  *task;

    task = *(api_http_reader_task_t **) data;

    task->rc = api_http_reader_read(task->pool, &task->text, &task->document,
                                    &task->error);
}


static void
api_http_reader_done(ngx_event_t *ev)
{
    api_http_reader_task_t  *task;

    task = ev->data;

    if (task->ctx == NULL) {
        ngx_destroy_pool(task->pool);
        return;
    }

    task->finished = 1;

    api_http_request_resume(task->ctx);
}


/* the task's memory becomes the request's */

static ngx_int_t
api_http_reader_take(api_http_ctx_t *ctx, api_http_reader_task_t *task)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(ctx->request->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = api_http_reader_destroy;
    cln->data = task->pool;

    ctx->reader_task = NULL;
    ctx->document = task->document;

    if (task->rc == NGX_DECLINED) {
        ctx->error = task->error;
    }

    return task->rc;
}


static void
api_http_reader_destroy(void *data)
{
    ngx_destroy_pool(data);
}


void
api_http_reader_forget(api_http_ctx_t *ctx)
{
    api_http_reader_task_t  *task;

    task = ctx->reader_task;

    if (task == NULL) {
        return;
    }

    ctx->reader_task = NULL;
    ngx_str_null(&ctx->body);

    task->ctx = NULL;

    if (!task->posted || task->finished) {
        ngx_destroy_pool(task->pool);
    }
}

#else

ngx_pool_t *
api_http_reader_pool(api_http_ctx_t *ctx, size_t len)
{
    return ctx->request->pool;
}


void
api_http_reader_forget(api_http_ctx_t *ctx)
{
    /* void */
}

#endif
