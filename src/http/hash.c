
#include "http/hash.h"
#include "http/password.h"
#include "http/thread.h"


/* of a request */
typedef struct {
    ngx_uint_t                  next;        /* hash to be made */
    api_value_t                 values[];    /* one a hash of its route */
} hash_state_t;


static ngx_uint_t is_used(void **loc_conf);
static const char *directive_of(const api_http_route_t *route);
static ngx_int_t first(api_http_ctx_t *ctx);
static ngx_int_t make_until(api_http_ctx_t *ctx, ngx_uint_t at);
static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);
static hash_state_t *state_of(api_http_ctx_t *ctx);
static ngx_int_t make(api_http_ctx_t *ctx, hash_state_t *state,
    const api_value_t *password);


static const api_http_step_t  steps[] = {
    { "hash", API_PHASE_WORK, is_used, first, api_http_hash_forget },
    { NULL, API_PHASE_WORK, NULL, NULL, NULL }
};

api_http_chapter_t  api_http_hash_chapter = {
    .name = "hash",
    .steps = steps,
    .idle = directive_of
};

const api_http_source_t  api_http_hash_source = {
    .name = "a hash, which is text",
    .value = value,
    .type = api_http_source_text
};


api_http_hash_t *
api_http_hash_list(const api_http_route_t *route, ngx_uint_t *n)
{
    api_http_hash_loc_conf_t  *hlcf;

    hlcf = api_http_chapter_conf(route->loc_conf, &api_http_hash_chapter);

    *n = hlcf->hashes.nelts;

    return hlcf->hashes.elts;
}


static ngx_uint_t
is_used(void **loc_conf)
{
    api_http_hash_t           *hash;
    api_http_hash_loc_conf_t  *hlcf;

    hlcf = api_http_chapter_conf(loc_conf, &api_http_hash_chapter);

    hash = hlcf->hashes.elts;

    return hash != NULL && hash->made.from == 0;
}


static const char *
directive_of(const api_http_route_t *route)
{
    ngx_uint_t  n;

    return api_http_hash_list(route, &n) != NULL ? "api_hash_password" : NULL;
}


static ngx_int_t
first(api_http_ctx_t *ctx)
{
    return make_until(ctx, 0);
}


ngx_int_t
api_http_hash_between(api_http_ctx_t *ctx)
{
    /* none= has ended the request */

    if (ctx->none != 0) {
        return NGX_OK;
    }

    return make_until(ctx, ctx->part < ctx->route->nparts
                           ? ctx->route->parts[ctx->part].first
                           : ctx->route->queries.nelts);
}


/* each api_hash_password that "at" statements are above, one after the other */

static ngx_int_t
make_until(api_http_ctx_t *ctx, ngx_uint_t at)
{
    ngx_int_t         rc;
    ngx_uint_t        n;
    api_value_t      *password;
    hash_state_t     *state;
    api_http_hash_t  *hash;

    state = state_of(ctx);
    if (state == NULL) {
        return NGX_ERROR;
    }

    hash = api_http_hash_list(ctx->route, &n);

    while (state->next < n && hash[state->next].made.from <= at) {

        password = &ctx->fields[hash[state->next].field];

        if (password->null) {
            /* an optional field that was not sent */
            state->values[state->next++].null = 1;
            continue;
        }

        rc = make(ctx, state, password);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* the state stays when the request begins again, so that no password is hashed
   twice */

static hash_state_t *
state_of(api_http_ctx_t *ctx)
{
    ngx_uint_t     n;
    hash_state_t  *state;

    state = api_http_chapter_of(ctx, &api_http_hash_chapter);

    if (state == NULL) {
        (void) api_http_hash_list(ctx->route, &n);

        state = ngx_pcalloc(ctx->request->pool,
                            sizeof(hash_state_t) + n * sizeof(api_value_t));

        api_http_chapter_of(ctx, &api_http_hash_chapter) = state;
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
value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_value_t *out)
{
    const hash_state_t  *state;

    state = api_http_chapter_of(ctx, &api_http_hash_chapter);

    *out = state->values[api_http_source_bind(ctx->route, step, n)->index];

    return NGX_OK;
}


/* called again until it says NGX_OK: the hash is there */

static ngx_int_t
make(api_http_ctx_t *ctx, hash_state_t *state, const api_value_t *password)
{
    ngx_int_t                 rc;
    api_http_password_ask_t   ask;
    api_http_password_told_t  told;

    ask.password = password->text;
    ask.stored = NULL;
    ask.hash = 1;

    rc = api_http_password(ctx, &ask, &told);

    if (rc == NGX_OK) {
        state->values[state->next++].text = told.hash;
    }

    return rc;
}
