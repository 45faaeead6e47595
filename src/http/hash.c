
#include "http/hash.h"
#include "http/thread.h"
#include "auth/password.h"
#include "thread/seat.h"


/*
 * As far back as a thread can stand: when the event loops and PostgreSQL want
 * all processors, hashes wait.  (SCHED_IDLE is no better: the scheduler takes a
 * processor that runs only such threads for idle, and sends others there.)
 */
#define API_HTTP_HASH_NICE  19


typedef struct {
    api_http_task_t             task;
    ngx_int_t                   rc;
    ngx_str_t                   password;
    u_char                      hash[API_PASSWORD_LEN];
} api_http_hash_task_t;


/* of a request */
typedef struct {
    ngx_uint_t                  next;        /* hash to be made */
    api_value_t                 values[];    /* one a hash of its route */
} api_http_hash_state_t;


static ngx_uint_t api_http_hash_most(void);
static ngx_int_t api_http_hash_value(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n, api_value_t *out);
static void api_http_hash_type(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *type);
static api_http_hash_state_t *api_http_hash_state(api_http_ctx_t *ctx);
static ngx_int_t api_http_hash_make(api_http_ctx_t *ctx,
    api_http_hash_state_t *state, const api_value_t *password);
static ngx_int_t api_http_hash_prepare(api_http_hash_task_t *hash,
    const api_value_t *password);
static void api_http_hash_run(api_http_task_t *task);
static void api_http_hash_erase(void *data);
static ngx_int_t api_http_hash_store(api_http_ctx_t *ctx,
    api_value_t *value);
static ngx_int_t api_http_hash_busy(api_http_ctx_t *ctx, const char *detail);


const api_http_source_t  api_http_hash_source = {
    .name = "a hash, which is text",
    .value = api_http_hash_value,
    .type = api_http_hash_type
};

/* memory is API_PASSWORD_MEMORY for each thread that has a seat */
static api_http_line_t  api_http_hash_line;


api_http_hash_t *
api_http_hash_list(const api_http_route_t *route, ngx_uint_t *n)
{
    api_http_hash_loc_conf_t  *hlcf;

    hlcf = route->loc_conf[ngx_http_api_hash_module.ctx_index];

    *n = hlcf->hashes.nelts;

    return hlcf->hashes.elts;
}


void
api_http_hash_share(ngx_cycle_t *cycle)
{
    api_thread_seat_share(api_http_hash_most(), cycle->log);
}


/* one processor is left to the event loops and to PostgreSQL */

static ngx_uint_t
api_http_hash_most(void)
{
    return ngx_ncpu > 2 ? (ngx_uint_t) ngx_ncpu - 1 : 1;
}


ngx_int_t
api_http_hash_init(ngx_cycle_t *cycle)
{
    api_http_line_init(&api_http_hash_line, cycle, "api-hash",
                       api_http_hash_most(), API_HTTP_HASH_NICE);

    if (api_password_init() != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                      "api_hash_password: libsodium does not start");
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
api_http_hash_step(api_http_ctx_t *ctx)
{
    ngx_int_t               rc;
    ngx_uint_t              n;
    api_value_t            *password;
    api_http_hash_t        *hash;
    api_http_hash_state_t  *state;

    state = api_http_hash_state(ctx);
    if (state == NULL) {
        return NGX_ERROR;
    }

    hash = api_http_hash_list(ctx->route, &n);

    while (state->next < n) {

        password = &ctx->fields[hash[state->next].field];

        if (password->null) {
            /* an optional field that was not sent */
            state->values[state->next++].null = 1;
            continue;
        }

        rc = api_http_hash_make(ctx, state, password);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* it stays when the request begins again: what is hashed is not hashed twice */

static api_http_hash_state_t *
api_http_hash_state(api_http_ctx_t *ctx)
{
    ngx_uint_t              n;
    api_http_hash_state_t  *state;

    state = api_http_chapter_of(ctx, &api_conf_hash_chapter);

    if (state == NULL) {
        (void) api_http_hash_list(ctx->route, &n);

        state = ngx_pcalloc(ctx->request->pool, sizeof(api_http_hash_state_t)
                                                + n * sizeof(api_value_t));

        api_http_chapter_of(ctx, &api_conf_hash_chapter) = state;
    }

    return state;
}


void
api_http_hash_forget(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    (void) cancel;

    api_http_task_forget(ctx);
}


static ngx_int_t
api_http_hash_value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out)
{
    const api_http_hash_state_t  *state;

    state = api_http_chapter_of(ctx, &api_conf_hash_chapter);

    *out = state->values[api_http_source_bind(ctx->route, step, n)->index];

    return NGX_OK;
}


static void
api_http_hash_type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *type)
{
    type->kind = API_TYPE_STRING;
}


/* called again until it says NGX_OK: the hash is there */

static ngx_int_t
api_http_hash_make(api_http_ctx_t *ctx, api_http_hash_state_t *state,
    const api_value_t *password)
{
    ngx_int_t              rc;
    api_http_hash_task_t  *hash;

    hash = (api_http_hash_task_t *) ctx->task;

    if (hash == NULL) {
        hash = api_http_task_create(ctx, &api_http_hash_line,
                                    sizeof(api_http_hash_task_t));
        if (hash == NULL) {
            return NGX_ERROR;
        }
    }

    if (hash->task.state == API_HTTP_TASK_DONE) {
        return api_http_hash_store(ctx, &state->values[state->next++]);
    }

    rc = api_http_task_enter(&hash->task);

    if (rc == NGX_DECLINED) {
        return api_http_hash_busy(ctx, "too many passwords are waiting to be "
                                       "hashed");
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (api_http_hash_prepare(hash, password) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = api_http_task_start(&hash->task);

    if (rc == NGX_DECLINED) {
        return api_http_hash_busy(ctx, "the password could not be hashed at "
                                       "the moment");
    }

    return rc;
}


/* a copy of its own: the request may go while the thread is at work */

static ngx_int_t
api_http_hash_prepare(api_http_hash_task_t *hash, const api_value_t *password)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(hash->task.pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    hash->password.data = ngx_pnalloc(hash->task.pool,
                                      password->text.len + 1);
    if (hash->password.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(hash->password.data, password->text.data, password->text.len);

    hash->password.len = password->text.len;
    hash->task.run = api_http_hash_run;

    cln->handler = api_http_hash_erase;
    cln->data = &hash->password;

    return NGX_OK;
}


static void
api_http_hash_run(api_http_task_t *task)
{
    ngx_uint_t             seat;
    api_http_hash_task_t  *hash;

    hash = (api_http_hash_task_t *) task;

    seat = api_thread_seat_take(ngx_worker);

    hash->rc = api_password_hash(hash->password.data, hash->password.len,
                                 hash->hash);

    api_thread_seat_give(seat);
}


static void
api_http_hash_erase(void *data)
{
    ngx_str_t  *password;

    password = data;

    ngx_explicit_memzero(password->data, password->len);
}


/* the finished task's hash becomes the request's */

static ngx_int_t
api_http_hash_store(api_http_ctx_t *ctx, api_value_t *value)
{
    size_t                 len;
    api_http_hash_task_t  *hash;

    hash = (api_http_hash_task_t *) ctx->task;

    if (hash->rc != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "api_hash_password: no memory for argon2id");
        return api_http_hash_busy(ctx, "the password could not be hashed at "
                                       "the moment");
    }

    len = ngx_strlen(hash->hash);

    value->text.data = ngx_pnalloc(ctx->request->pool, len + 1);
    if (value->text.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(value->text.data, hash->hash, len + 1);
    value->text.len = len;

    api_http_task_forget(ctx);

    return NGX_OK;
}


static ngx_int_t
api_http_hash_busy(api_http_ctx_t *ctx, const char *detail)
{
    api_error_set(&ctx->error, API_ERROR_BUSY, detail);
    ctx->error.retry_after = 1;

    return NGX_DECLINED;
}
