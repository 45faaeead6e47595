
#include "http/token.h"
#include "http/headers.h"
#include "http/reader.h"
#include "http/thread.h"
#include "auth/base64url.h"
#include "auth/random.h"
#include "auth/sign.h"
#include "core/text.h"


/* bytes of all claims: in most places cookies and headers have 4 to 8 KiB */
#define TOKEN_CLAIMS    (6 * 1024)

#define TOKEN_JTI       16

/* threads of all workers; one signature takes a millisecond or less, so that
   the line of all that may wait is none for long */
#define TOKEN_THREADS   2

#define TOKEN_EXIT      1000      /* ms */


/* of a request */
typedef struct {
    ngx_str_t                   claims;      /* of the one that is being made;
                                                data NULL: none is */
    ngx_str_t                   made[];      /* one a token; data NULL: none */
} token_state_t;


typedef struct {
    api_http_task_t             task;
    api_http_signer_t           signer;      /* the key is a copy that belongs
                                                to the task */
    ngx_int_t                   rc;
    ngx_str_t                   claims;
    ngx_str_t                   out;
} token_task_t;


static const char *directive_of(const api_http_route_t *route);
static token_state_t *state_of(api_http_ctx_t *ctx);
static ngx_int_t make(api_http_ctx_t *ctx, token_state_t *state,
    const api_http_token_t *token, ngx_str_t *out);
static ngx_int_t write_claims(api_http_ctx_t *ctx,
    const api_http_token_t *token, ngx_str_t *out);
static ngx_int_t write_claim(api_http_ctx_t *ctx,
    const api_http_token_t *token, ngx_uint_t n, api_buf_t *out);
static void write_registered(const api_http_token_t *token, api_buf_t *out);
static ngx_int_t refuse(api_http_ctx_t *ctx, const api_http_token_t *token,
    const char *why);
static ngx_int_t find_signer(api_http_ctx_t *ctx,
    const api_http_token_t *token, api_http_signer_t *signer);
static ngx_int_t sign(const api_http_signer_t *signer,
    const ngx_str_t *claims, ngx_pool_t *pool, ngx_str_t *out);
static ngx_int_t sign_aside(api_http_ctx_t *ctx,
    const api_http_token_t *token, const api_http_signer_t *signer,
    const ngx_str_t *claims, ngx_str_t *out);
static void run(api_http_task_t *data);
static ngx_int_t keep_private(ngx_http_request_t *r);
static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);


api_http_chapter_t  api_http_token_chapter = {
    .name = "token",
    .idle = directive_of
};

const api_http_source_t  api_http_token_source = {
    .name = "a token, which is text",
    .value = value,
    .type = api_http_source_text
};


static api_http_line_t  line;


void
api_http_token_init(ngx_cycle_t *cycle)
{
    api_http_line_init(&line, cycle, "api-sign", TOKEN_THREADS, 0);
}


void
api_http_token_exit(void)
{
    api_thread_team_finish(&line.team, TOKEN_EXIT);
}


static const char *
directive_of(const api_http_route_t *route)
{
    return api_http_token_list(route)->nelts != 0 ? "api_issue_token" : NULL;
}


const ngx_array_t *
api_http_token_list(const api_http_route_t *route)
{
    api_http_token_loc_conf_t  *tlcf;

    tlcf = api_http_chapter_conf(route->loc_conf, &api_http_token_chapter);

    return &tlcf->tokens;
}


const ngx_str_t *
api_http_token_made(const api_http_ctx_t *ctx)
{
    const token_state_t  *state;

    state = api_http_chapter_of(ctx, &api_http_token_chapter);

    return state != NULL ? state->made : NULL;
}


ngx_int_t
api_http_token_step(api_http_ctx_t *ctx)
{
    ngx_int_t                 rc;
    ngx_uint_t                i, at;
    token_state_t            *state;
    const ngx_array_t        *list;
    api_http_token_t *const  *token;

    if (ctx->none != 0) {
        return NGX_OK;
    }

    state = state_of(ctx);
    if (state == NULL) {
        return NGX_ERROR;
    }

    at = (ctx->part < ctx->route->nparts) ? ctx->route->parts[ctx->part].first
                                          : ctx->route->queries.nelts;

    list = api_http_token_list(ctx->route);
    token = list->elts;

    for (i = 0; i < list->nelts; i++) {

        if (token[i]->claims->reader->at > at || state->made[i].data != NULL) {
            continue;
        }

        rc = make(ctx, state, token[i], &state->made[i]);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return keep_private(ctx->request);
}


void
api_http_token_forget(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    (void) cancel;

    api_http_task_forget(ctx);
}


static token_state_t *
state_of(api_http_ctx_t *ctx)
{
    token_state_t  *state;

    state = api_http_chapter_of(ctx, &api_http_token_chapter);

    if (state == NULL) {
        state = ngx_pcalloc(ctx->request->pool, sizeof(token_state_t)
                        + api_http_token_list(ctx->route)->nelts
                          * sizeof(ngx_str_t));

        api_http_chapter_of(ctx, &api_http_token_chapter) = state;
    }

    return state;
}


/* called again until it says NGX_OK */

static ngx_int_t
make(api_http_ctx_t *ctx, token_state_t *state, const api_http_token_t *token,
    ngx_str_t *out)
{
    ngx_int_t          rc;
    api_http_signer_t  signer;

    if (state->claims.data == NULL) {
        rc = write_claims(ctx, token, &state->claims);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = find_signer(ctx, token, &signer);

    if (rc == NGX_OK) {
        rc = (signer.key->kind == API_AUTH_RSA)
             ? sign_aside(ctx, token, &signer, &state->claims, out)
             : sign(&signer, &state->claims, ctx->request->pool, out);
    }

    if (rc == NGX_OK) {
        ngx_str_null(&state->claims);
    }

    return rc;
}


static ngx_int_t
write_claims(api_http_ctx_t *ctx, const api_http_token_t *token,
    ngx_str_t *out)
{
    ngx_int_t   rc;
    api_buf_t   buf;
    ngx_uint_t  i;

    if (api_buf_init(&buf, ctx->request->pool, 256, TOKEN_CLAIMS) != NGX_OK) {
        return NGX_ERROR;
    }

    write_registered(token, &buf);

    for (i = 0; i < token->claims->list.nelts; i++) {

        rc = write_claim(ctx, token, i, &buf);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    api_buf_add_char(&buf, '}');

    return buf.full ? refuse(ctx, token, "its claims are beyond 6 KiB")
                    : api_buf_string(&buf, out);
}


static void
write_registered(const api_http_token_t *token, api_buf_t *out)
{
    time_t   now;
    u_char  *p, raw[TOKEN_JTI];

    now = ngx_time();

    api_buf_add_literal(out, "{\"iat\":");
    api_buf_add_uint(out, (uint64_t) now);
    api_buf_add_literal(out, ",\"exp\":");
    api_buf_add_uint(out, (uint64_t) (now + token->expires));
    api_buf_add_str(out, &token->registered);

    if (!token->jti) {
        return;
    }

    api_buf_add_literal(out, ",\"jti\":\"");

    p = api_buf_reserve(out, api_auth_base64url_size(TOKEN_JTI));

    if (p != NULL) {
        api_random_bytes(raw, TOKEN_JTI);
        out->last = api_auth_base64url_encode(p, raw, TOKEN_JTI);
    }

    api_buf_add_char(out, '"');
}


/* what is NULL is no claim; sub is a string (RFC 7519, section 4.1.2), and
   there is no token of nobody: a refresh token that holds no more, as its
   statement has found, and committed what it did about that */

static ngx_int_t
write_claim(api_http_ctx_t *ctx, const api_http_token_t *token, ngx_uint_t n,
    api_buf_t *out)
{
    size_t                    begin, at;
    ngx_uint_t                is_sub, is_text;
    const api_http_member_t  *member;

    member = token->claims->list.elts;
    member += n;

    is_sub = api_str_is(&member->name, "sub");
    begin = api_buf_len(out);

    api_buf_add_char(out, ',');
    api_buf_add_str(out, &member->key);

    at = api_buf_len(out);

    if (api_http_member_write(ctx, token->claims, n, out) != NGX_OK) {
        return out->full ? NGX_OK : NGX_ERROR;
    }

    if (api_buf_len(out) - at == 4
        && ngx_memcmp(out->start + at, "null", 4) == 0)
    {
        out->last = out->start + begin;

        if (!is_sub) {
            return NGX_OK;
        }

        api_error_set(&ctx->error, API_ERROR_UNAUTHORIZED, "sign in again");

        return NGX_DECLINED;
    }

    is_text = (out->start[at] == '"');

    if (!is_sub || is_text) {
        return NGX_OK;
    }

    if (api_buf_reserve(out, 2) == NULL) {
        return out->full ? NGX_OK : NGX_ERROR;
    }

    if (out->start[at] == '{' || out->start[at] == '[') {
        return refuse(ctx, token, "its \"sub\" is no text and no number");
    }

    ngx_memmove(out->start + at + 1, out->start + at, api_buf_len(out) - at);

    out->start[at] = '"';
    out->last++;
    *out->last++ = '"';

    return NGX_OK;
}


static ngx_int_t
refuse(api_http_ctx_t *ctx, const api_http_token_t *token, const char *why)
{
    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "%V: the token $%V is not issued: %s, api_issue_token in "
                  "%V:%ui", &ctx->route->name, &token->made.name, why,
                  &token->made.place.file, token->made.place.line);

    api_error_set(&ctx->error, API_ERROR_INTERNAL, NULL);

    return NGX_DECLINED;
}


/* a key of the api_jwt's is that of its file as it stands now */

static ngx_int_t
find_signer(api_http_ctx_t *ctx, const api_http_token_t *token,
    api_http_signer_t *signer)
{
    api_http_keys_t  *keys;

    *signer = token->own;

    if (signer->key != NULL) {
        return NGX_OK;
    }

    keys = api_unconst(&token->jwt->keys);

    if (api_http_keys_get(keys, NULL) == NGX_OK) {
        signer->key = api_auth_key_signer(keys->set,
                                          token->jwt->demands.algorithms, NULL,
                                          &signer->algorithm);
    }

    return signer->key != NULL
           ? NGX_OK : refuse(ctx, token, "no key of api_jwt can sign now");
}


static ngx_int_t
sign(const api_http_signer_t *signer, const ngx_str_t *claims,
    ngx_pool_t *pool, ngx_str_t *out)
{
    ngx_str_t  made;

    made.data = ngx_pnalloc(pool, api_auth_sign_size(signer->key, claims) + 1);
    if (made.data == NULL) {
        return NGX_ERROR;
    }

    if (api_auth_sign(signer->key, signer->algorithm, claims, &made)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    made.data[made.len] = '\0';
    *out = made;

    return NGX_OK;
}


/* the request may go while the thread is at work */

static ngx_int_t
sign_aside(api_http_ctx_t *ctx, const api_http_token_t *token,
    const api_http_signer_t *signer, const ngx_str_t *claims, ngx_str_t *out)
{
    ngx_int_t      rc;
    token_task_t  *task;

    task = (token_task_t *) ctx->task;

    if (task == NULL) {
        task = api_http_task_create(ctx, &line, sizeof(token_task_t));
        if (task == NULL) {
            return NGX_ERROR;
        }
    }

    if (task->task.state == API_HTTP_TASK_DONE) {

        if (task->rc != NGX_OK) {
            return refuse(ctx, token, "it could not be signed");
        }

        rc = api_text_copy(ctx->request->pool, task->out.data, task->out.len,
                           out);

        api_http_task_forget(ctx);

        return rc;
    }

    rc = api_http_task_enter(&task->task);

    if (rc == NGX_OK) {

        /* the set of an api_jwt may be replaced while the thread is at work */

        task->signer.algorithm = signer->algorithm;
        task->signer.key = api_auth_key_again(task->task.pool, signer->key);

        if (task->signer.key == NULL
            || api_text_copy(task->task.pool, claims->data, claims->len,
                             &task->claims)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        task->task.run = run;

        rc = api_http_task_start(&task->task);
    }

    if (rc == NGX_DECLINED) {
        api_error_set(&ctx->error, API_ERROR_BUSY,
                      "too many tokens are waiting to be signed");
        ctx->error.retry_after = 1;
    }

    return rc;
}


static void
run(api_http_task_t *data)
{
    token_task_t  *task;

    task = (token_task_t *) data;

    task->rc = sign(&task->signer, &task->claims, task->task.pool, &task->out);
}


/* RFC 6749, section 5.1 */

static ngx_int_t
keep_private(ngx_http_request_t *r)
{
    static const ngx_str_t  name = ngx_string("Cache-Control");
    static const ngx_str_t  no_store = ngx_string("no-store");

    return api_http_headers_find(r, &name) != NULL
           ? NGX_OK : api_http_headers_add(r, &name, &no_store);
}


static ngx_int_t
value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_value_t *out)
{
    const token_state_t  *state;

    state = api_http_chapter_of(ctx, &api_http_token_chapter);

    if (state == NULL) {
        out->null = 1;
        return NGX_OK;
    }

    out->text = state->made[api_http_source_bind(ctx->route, step, n)->index];
    out->null = (out->text.data == NULL);

    return NGX_OK;
}
