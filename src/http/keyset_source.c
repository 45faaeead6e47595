
#include "http/keyset_source.h"


/* of a request, one for each set that it has waited for */
typedef struct waiting_s  waiting_t;

struct waiting_s {
    api_http_keyset_wait_t      wait;
    const api_http_keyset_t    *set;
    waiting_t                  *next;
};


static ngx_int_t read_text(api_http_key_source_t *source, ngx_pool_t *pool,
    ngx_str_t *text, const char **why, ngx_err_t *err);
static ngx_uint_t changed(api_http_key_source_t *source);
static ngx_int_t wait_for_it(api_http_key_source_t *source,
    api_http_ctx_t *ctx, ngx_uint_t is_unknown);
static void forget(api_http_key_source_t *source, api_http_ctx_t *ctx);
static waiting_t *find(api_http_ctx_t *ctx, const api_http_keyset_t *set);
static void ready(void *data);


const api_http_key_kind_t  api_http_keyset_kind = {
    .name = "url",
    .read = read_text,
    .changed = changed,
    .wait = wait_for_it,
    .forget = forget,
    .is_public = 1,
    .lenient = 1
};

api_http_chapter_t  api_http_keyset_chapter = { .name = "keyset" };


static ngx_int_t
read_text(api_http_key_source_t *source, ngx_pool_t *pool, ngx_str_t *text,
    const char **why, ngx_err_t *err)
{
    api_http_keyset_t  *set;

    set = source->data;

    /* while the configuration is read: a fetched set must have some for them */

    set->algorithms = source->algorithms;

    return api_http_keyset_text(set, pool, text, &set->read);
}


static ngx_uint_t
changed(api_http_key_source_t *source)
{
    const api_http_keyset_t  *set;

    set = source->data;

    return api_http_keyset_generation(set) != set->read;
}


static ngx_int_t
wait_for_it(api_http_key_source_t *source, api_http_ctx_t *ctx,
    ngx_uint_t is_unknown)
{
    waiting_t          *waiting;
    api_http_keyset_t  *set;

    set = source->data;
    waiting = NULL;

    if (ctx != NULL) {

        waiting = find(ctx, set);

        if (waiting == NULL) {
            waiting = ngx_pcalloc(ctx->request->pool, sizeof(waiting_t));
            if (waiting == NULL) {
                return NGX_DECLINED;
            }

            waiting->set = set;
            waiting->wait.ready = ready;
            waiting->wait.data = ctx;

            waiting->next = api_http_chapter_of(ctx, &api_http_keyset_chapter);
            api_http_chapter_of(ctx, &api_http_keyset_chapter) = waiting;
        }
    }

    return api_http_keyset_wait(set, waiting != NULL ? &waiting->wait : NULL,
                                is_unknown ? set->read : 0);
}


static void
forget(api_http_key_source_t *source, api_http_ctx_t *ctx)
{
    waiting_t  *waiting;

    waiting = find(ctx, source->data);

    if (waiting != NULL) {
        api_http_keyset_forget(&waiting->wait);
    }
}


static waiting_t *
find(api_http_ctx_t *ctx, const api_http_keyset_t *set)
{
    waiting_t  *waiting;

    waiting = api_http_chapter_of(ctx, &api_http_keyset_chapter);

    while (waiting != NULL && waiting->set != set) {
        waiting = waiting->next;
    }

    return waiting;
}


static void
ready(void *data)
{
    api_http_ctx_t *ctx = data;

    ctx->resume(ctx);
}
