
#include "http/jwt.h"
#include "http/headers.h"
#include "auth/jwt.h"


static api_http_jwt_state_t *begin(api_http_ctx_t *ctx,
    const api_http_jwt_loc_conf_t *jlcf);
static void release(void *data);
static void verify(api_http_ctx_t *ctx, api_http_jwt_state_t *state,
    ngx_uint_t waits);
static void verify_token(api_http_ctx_t *ctx, api_http_jwt_state_t *state,
    ngx_uint_t waits);
static void verify_key(api_http_ctx_t *ctx, api_http_jwt_state_t *state,
    ngx_uint_t waits);
static ngx_int_t find_token(ngx_http_request_t *r, const api_http_jwt_t *jwt,
    ngx_str_t *token, api_auth_reason_e *reason);
static ngx_int_t find_header(ngx_http_request_t *r, ngx_str_t *token,
    api_auth_reason_e *reason);
static ngx_int_t check(ngx_http_request_t *r, api_http_jwt_state_t *state,
    const ngx_str_t *token, const api_auth_claims_t **out);
static ngx_int_t check_revoked(api_http_jwt_state_t *state,
    const api_auth_claims_t *claims, api_http_ctx_t *waiting);


api_http_chapter_t  api_http_jwt_chapter = { .name = "jwt" };


ngx_int_t
api_http_jwt_init(ngx_cycle_t *cycle, const api_http_jwt_main_conf_t *jmcf)
{
    ngx_uint_t           i;
    api_http_jwt_t     **jwt;
    api_http_apikey_t  **apikey;

    jwt = jmcf->jwts.elts;

    for (i = 0; i < jmcf->jwts.nelts; i++) {

        if (jwt[i]->revoked != NULL) {
            api_http_revoked_start(jwt[i]->revoked, cycle);
        }

        if (jwt[i]->cache == 0) {
            continue;
        }

        jwt[i]->tokens = api_auth_tokens_new(cycle->pool, jwt[i]->cache);
        if (jwt[i]->tokens == NULL) {
            return NGX_ERROR;
        }
    }

    apikey = jmcf->apikeys.elts;

    for (i = 0; i < jmcf->apikeys.nelts; i++) {
        if (api_http_apikey_start(apikey[i], cycle) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


api_http_jwt_state_t *
api_http_jwt_state(api_http_ctx_t *ctx, ngx_uint_t waits)
{
    api_http_jwt_state_t     *state;
    api_http_jwt_loc_conf_t  *jlcf;

    jlcf = api_http_chapter_conf(ctx->request->loc_conf, &api_http_jwt_chapter);

    if (!api_http_jwt_asks(jlcf)) {
        return NULL;
    }

    state = api_http_chapter_of(ctx, &api_http_jwt_chapter);

    /* "rewrite" may have led the request to another's demands */

    if (state == NULL || state->jwt != jlcf->jwt
        || state->apikey != jlcf->apikey)
    {
        state = begin(ctx, jlcf);
        if (state == NULL) {
            return NULL;
        }
    }

    /* a variable cannot wait, but the step can: it looks again */

    if (state->rc == NGX_AGAIN || (state->rc == NGX_ABORT && waits)) {
        verify(ctx, state, waits);
    }

    return state;
}


/* a value of a variable may still point into an earlier one's claims */

static api_http_jwt_state_t *
begin(api_http_ctx_t *ctx, const api_http_jwt_loc_conf_t *jlcf)
{
    ngx_pool_cleanup_t    *cln;
    api_http_jwt_state_t  *state;

    cln = ngx_pool_cleanup_add(ctx->request->pool,
                               sizeof(api_http_jwt_state_t));
    if (cln == NULL) {
        return NULL;
    }

    state = cln->data;

    ngx_memzero(state, sizeof(api_http_jwt_state_t));

    state->jwt = jlcf->jwt;
    state->apikey = jlcf->apikey;
    state->rc = NGX_AGAIN;

    cln->handler = release;

    api_http_chapter_of(ctx, &api_http_jwt_chapter) = state;

    return state;
}


static void
release(void *data)
{
    api_http_jwt_state_t *state = data;

    api_http_revoked_forget(&state->wait);
    api_http_apikey_forget(&state->lookup);

    if (state->entry != NULL) {
        api_auth_tokens_release(state->entry);
        state->entry = NULL;
    }
}


/* where both a token and an API key are sent, the token decides */

static void
verify(api_http_ctx_t *ctx, api_http_jwt_state_t *state, ngx_uint_t waits)
{
    state->rc = NGX_DECLINED;
    state->reason = API_AUTH_REASON_MISSING;

    if (state->jwt != NULL) {
        verify_token(ctx, state, waits);
    }

    if (state->apikey != NULL && state->rc == NGX_DECLINED
        && state->reason == API_AUTH_REASON_MISSING)
    {
        verify_key(ctx, state, waits);
    }
}


static void
verify_key(api_http_ctx_t *ctx, api_http_jwt_state_t *state, ngx_uint_t waits)
{
    release(state);

    state->rc = api_http_apikey(api_unconst(state->apikey), ctx,
                                &state->lookup, waits, &state->entry,
                                &state->reason);

    state->by_key = (state->rc != NGX_DECLINED
                     || state->reason != API_AUTH_REASON_MISSING);

    if (state->rc == NGX_OK) {
        state->claims = &state->entry->claims;
        state->reason = API_AUTH_REASON_NONE;
    }
}


static void
verify_token(api_http_ctx_t *ctx, api_http_jwt_state_t *state,
    ngx_uint_t waits)
{
    ngx_str_t                 token;
    api_http_ctx_t           *waiting;
    api_http_keys_t          *keys;
    ngx_http_request_t       *r;
    const api_auth_claims_t  *claims;

    r = ctx->request;
    waiting = waits ? ctx : NULL;
    keys = api_unconst(&state->jwt->keys);

    state->rc = find_token(r, state->jwt, &token, &state->reason);

    if (state->rc != NGX_OK) {
        return;
    }

    state->rc = api_http_keys_get(keys, waiting);

    if (state->rc == NGX_OK) {
        state->rc = check(r, state, &token, &claims);

        if (state->rc == NGX_OK) {
            state->rc = check_revoked(state, claims, waiting);
        }

    } else if (state->rc == NGX_DECLINED) {
        state->rc = NGX_ABORT;
    }

    if (state->rc != NGX_DECLINED
        || state->reason != API_AUTH_REASON_KEY_UNKNOWN || state->asked)
    {
        return;
    }

    if (api_http_keys_unknown(keys, waiting) == NGX_AGAIN) {
        state->asked = (waits != 0);
        state->rc = NGX_AGAIN;
    }
}


static ngx_int_t
find_token(ngx_http_request_t *r, const api_http_jwt_t *jwt, ngx_str_t *token,
    api_auth_reason_e *reason)
{
    ngx_http_variable_value_t  *vv;

    if (jwt->source.len == 0) {
        return find_header(r, token, reason);
    }

    vv = ngx_http_get_flushed_variable(r, (ngx_uint_t) jwt->index);

    if (vv == NULL || vv->not_found || vv->len == 0) {
        *reason = API_AUTH_REASON_MISSING;
        return NGX_DECLINED;
    }

    token->data = vv->data;
    token->len = vv->len;

    return NGX_OK;
}


/* two such headers are refused: it would be a guess which one is meant */

static ngx_int_t
find_header(ngx_http_request_t *r, ngx_str_t *token, api_auth_reason_e *reason)
{
    ngx_table_elt_t          *found;
    api_http_headers_walk_t   walk;

    static const ngx_str_t  name = ngx_string("Authorization");
    static const ngx_str_t  bearer = ngx_string("Bearer");

    *reason = API_AUTH_REASON_MISSING;

    if (r->headers_in.authorization == NULL) {
        return NGX_DECLINED;
    }

    api_http_headers_begin(&walk, &r->headers_in.headers);

    found = api_http_headers_next(&walk, &name);

    if (found == NULL) {
        return NGX_DECLINED;
    }

    if (api_http_headers_next(&walk, &name) != NULL) {
        *reason = API_AUTH_REASON_SEVERAL;
        return NGX_DECLINED;
    }

    return api_auth_jwt_bearer(&found->value, &bearer, token);
}


static ngx_int_t
check(ngx_http_request_t *r, api_http_jwt_state_t *state,
    const ngx_str_t *token, const api_auth_claims_t **out)
{
    ngx_int_t              rc;
    const api_http_jwt_t  *jwt;
    api_auth_claims_t     *claims;

    jwt = state->jwt;

    /* a request that has waited looks again */

    release(state);

    if (jwt->tokens != NULL) {
        state->entry = api_auth_tokens_find(jwt->tokens, token, &jwt->demands,
                                            jwt->keys.generation, ngx_time());

        if (state->entry != NULL) {
            *out = &state->entry->claims;
            return NGX_OK;
        }
    }

    claims = ngx_palloc(r->pool, sizeof(api_auth_claims_t));
    if (claims == NULL) {
        return NGX_ERROR;
    }

    rc = api_auth_jwt(r->pool, token, jwt->keys.set, &jwt->demands, ngx_time(),
                      claims, &state->reason);

    if (rc != NGX_OK) {
        return rc;
    }

    *out = claims;

    if (jwt->tokens != NULL) {
        api_auth_tokens_add(jwt->tokens, token, &jwt->demands,
                            jwt->keys.generation, jwt->demands.leeway, claims);
    }

    return NGX_OK;
}


/* asked also of a token that was verified before; state->claims is set once
   the answer is known */

static ngx_int_t
check_revoked(api_http_jwt_state_t *state, const api_auth_claims_t *claims,
    api_http_ctx_t *waiting)
{
    ngx_int_t  rc;

    rc = NGX_OK;

    if (state->jwt->revoked != NULL) {
        rc = api_http_revoked(state->jwt->revoked, claims, waiting,
                              waiting ? &state->wait : NULL);
    }

    state->listless = (rc == NGX_ABORT);

    if (rc == NGX_OK) {
        state->claims = claims;
        state->reason = API_AUTH_REASON_NONE;

    } else if (rc == NGX_DECLINED) {
        state->reason = API_AUTH_REASON_REVOKED;
    }

    return rc;
}


const api_auth_claims_t *
api_http_jwt_claims(ngx_http_request_t *r)
{
    api_http_ctx_t           *ctx;
    api_http_jwt_state_t     *state;
    api_http_jwt_loc_conf_t  *jlcf;

    jlcf = api_http_chapter_conf(r->loc_conf, &api_http_jwt_chapter);

    if (!api_http_jwt_asks(jlcf)) {
        return NULL;
    }

    ctx = api_http_ctx_get(r);
    state = (ctx != NULL) ? api_http_jwt_state(ctx, 0) : NULL;

    return state != NULL ? state->claims : NULL;
}


const api_http_jwt_state_t *
api_http_jwt_seen(ngx_http_request_t *r)
{
    const api_http_ctx_t        *ctx;
    const api_http_jwt_state_t  *state;

    for (ctx = api_http_ctx_seen(r); ctx != NULL; ctx = ctx->previous) {

        state = api_http_chapter_of(ctx, &api_http_jwt_chapter);

        if (state != NULL) {
            return state;
        }
    }

    return NULL;
}
