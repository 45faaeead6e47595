
#include "http/password.h"
#include "http/thread.h"
#include "auth/password.h"
#include "thread/seat.h"
#include "core/text.h"


/*
 * As far back as a thread can stand: when the event loops and PostgreSQL want
 * all processors, hashes wait.  (SCHED_IDLE is no better: the scheduler takes a
 * processor that runs only such threads for idle, and sends others there.)
 */
#define API_HTTP_PASSWORD_NICE  19


/* the task of a thread, in memory of its own: the request may end while the
   thread is at work */
typedef struct {
    api_http_task_t             task;
    api_password_cost_t         cost;
    ngx_int_t                   rc;
    ngx_int_t                   verdict;
    ngx_uint_t                  verify;
    ngx_uint_t                  hash;
    ngx_uint_t                  made;        /* hash is text */
    ngx_str_t                   password;
    ngx_str_t                   stored;
    u_char                      text[API_PASSWORD_LEN];
} password_task_t;


/* of a worker */
typedef struct {
    api_http_line_t             line;        /* memory is that of a hash for
                                                each thread that has a seat */
    api_password_cost_t         cost;
} password_worker_t;


static ngx_uint_t most(const api_http_password_conf_t *conf);
static ngx_int_t prepare(password_task_t *task,
    const api_http_password_ask_t *ask);
static void run(api_http_task_t *data);
static void erase(void *data);
static ngx_int_t tell(api_http_ctx_t *ctx, const password_task_t *task,
    api_http_password_told_t *told);
static ngx_int_t busy(api_http_ctx_t *ctx, const char *detail);


static password_worker_t  worker;


void
api_http_password_share(ngx_cycle_t *cycle,
    const api_http_password_conf_t *conf)
{
    api_thread_seat_share(most(conf), cycle->log);
}


/* the default: one processor is left to the event loops and to PostgreSQL */

static ngx_uint_t
most(const api_http_password_conf_t *conf)
{
    if (conf->threads != 0) {
        return conf->threads;
    }

    return ngx_ncpu > 2 ? (ngx_uint_t) ngx_ncpu - 1 : 1;
}


ngx_int_t
api_http_password_init(ngx_cycle_t *cycle,
    const api_http_password_conf_t *conf)
{
    api_http_line_init(&worker.line, cycle, "api-hash", most(conf),
                       API_HTTP_PASSWORD_NICE);

    worker.line.max_waiting = conf->queue;
    worker.cost.memory = conf->memory;
    worker.cost.time = conf->time;

    if (api_password_init() != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                      "api_hash_password: libsodium does not start");
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
api_http_password_room(api_http_ctx_t *ctx)
{
    return api_http_line_full(&worker.line)
           ? busy(ctx, "too many passwords are waiting to be hashed") : NGX_OK;
}


ngx_int_t
api_http_password(api_http_ctx_t *ctx, const api_http_password_ask_t *ask,
    api_http_password_told_t *told)
{
    ngx_int_t         rc;
    password_task_t  *task;

    task = (password_task_t *) ctx->task;

    if (task == NULL) {
        task = api_http_task_create(ctx, &worker.line,
                                    sizeof(password_task_t));
        if (task == NULL) {
            return NGX_ERROR;
        }
    }

    if (task->task.state == API_HTTP_TASK_DONE) {
        return tell(ctx, task, told);
    }

    rc = api_http_task_enter(&task->task);

    if (rc == NGX_DECLINED) {
        return busy(ctx, "too many passwords are waiting to be hashed");
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (prepare(task, ask) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = api_http_task_start(&task->task);

    return rc == NGX_DECLINED
           ? busy(ctx, "the password could not be hashed at the moment") : rc;
}


static ngx_int_t
prepare(password_task_t *task, const api_http_password_ask_t *ask)
{
    ngx_pool_t          *pool;
    ngx_pool_cleanup_t  *cln;

    pool = task->task.pool;

    cln = ngx_pool_cleanup_add(pool, 0);

    if (cln == NULL
        || api_text_copy(pool, ask->password.data, ask->password.len,
                         &task->password)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    cln->handler = erase;
    cln->data = task;

    if (ask->stored != NULL && ask->stored->data != NULL
        && api_text_copy(pool, ask->stored->data, ask->stored->len,
                         &task->stored)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    task->cost = worker.cost;
    task->verify = (ask->stored != NULL);
    task->hash = ask->hash;
    task->task.run = run;

    return NGX_OK;
}


static void
run(api_http_task_t *data)
{
    ngx_uint_t        seat, outdated;
    password_task_t  *task;

    task = (password_task_t *) data;

    seat = api_thread_seat_take(ngx_worker);

    outdated = 1;
    task->rc = NGX_OK;

    if (task->verify) {
        task->verdict = api_password_verify(&task->cost, task->password.data,
                                            task->password.len, &task->stored,
                                            &outdated);
        if (task->verdict == NGX_ERROR) {
            task->rc = NGX_ERROR;
        }

        outdated = (outdated && task->verdict == NGX_OK);
    }

    if (task->hash && outdated && task->rc == NGX_OK) {
        task->rc = api_password_hash(&task->cost, task->password.data,
                                     task->password.len, task->text);
        task->made = 1;
    }

    api_thread_seat_give(seat);
}


static void
erase(void *data)
{
    password_task_t  *task;

    task = data;

    ngx_explicit_memzero(task->password.data, task->password.len);
}


/* the finished task's hash becomes the request's */

static ngx_int_t
tell(api_http_ctx_t *ctx, const password_task_t *task,
    api_http_password_told_t *told)
{
    if (task->rc != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "%s: no memory for argon2id",
                      task->verify ? "api_verify_password"
                                   : "api_hash_password");
        return busy(ctx, "the password could not be hashed at the moment");
    }

    told->verdict = task->verdict;
    ngx_str_null(&told->hash);

    if (task->made
        && api_text_copy(ctx->request->pool, task->text,
                         ngx_strlen(task->text), &told->hash)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_http_task_forget(ctx);

    return NGX_OK;
}


static ngx_int_t
busy(api_http_ctx_t *ctx, const char *detail)
{
    api_error_set(&ctx->error, API_ERROR_BUSY, detail);
    ctx->error.retry_after = 1;

    return NGX_DECLINED;
}
