
#include "http/jwt_step.h"
#include "http/cors.h"
#include "http/cross_site.h"
#include "http/headers.h"
#include "http/require.h"
#include "http/source.h"
#include "http/source_jwt.h"
#include "http/typed.h"


/* seconds after which a client may try again when there are no keys */
#define RETRY_AFTER  5


static ngx_int_t refuse(api_http_ctx_t *ctx, api_http_jwt_state_t *state,
    api_auth_reason_e reason);
static ngx_int_t forbid(api_http_ctx_t *ctx, api_http_jwt_state_t *state,
    api_auth_reason_e reason, const ngx_str_t *failed, const ngx_str_t *scope);
static ngx_int_t away(api_http_ctx_t *ctx, const api_http_jwt_state_t *state);
static ngx_int_t lookup_failed(api_http_ctx_t *ctx,
    const api_http_jwt_state_t *state);
static ngx_int_t require(api_http_ctx_t *ctx, api_http_jwt_state_t *state);
static ngx_int_t add_headers(ngx_http_request_t *r);
static ngx_int_t refused_headers(ngx_http_request_t *r,
    const ngx_str_t *challenge);
static ngx_int_t vary_headers(ngx_http_request_t *r,
    const api_http_jwt_loc_conf_t *jlcf);


/* set once at configuration, as every filter of nginx does */
static ngx_http_output_header_filter_pt  next_header;


ngx_int_t
api_http_jwt_step(api_http_ctx_t *ctx)
{
    api_http_jwt_state_t     *state;
    api_http_jwt_loc_conf_t  *jlcf;

    jlcf = api_http_chapter_conf(ctx->request->loc_conf, &api_http_jwt_chapter);

    state = api_http_jwt_state(ctx, 1);

    if (state == NULL || state->rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (state->rc == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    if (state->rc == NGX_ABORT) {
        return away(ctx, state);
    }

    if (state->rc == NGX_OK) {
        return require(ctx, state);
    }

    if (state->reason != API_AUTH_REASON_MISSING
        || jlcf->required != API_HTTP_JWT_OPTIONAL || jlcf->requires != NULL)
    {
        return refuse(ctx, state, state->reason);
    }

    ctx->nobody = 1;

    return NGX_OK;
}


void
api_http_jwt_forget(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    api_http_jwt_state_t  *state;

    (void) cancel;

    state = api_http_chapter_of(ctx, &api_http_jwt_chapter);

    if (state != NULL) {
        api_http_revoked_forget(&state->wait);
        api_http_apikey_forget(&state->lookup);

        if (state->jwt != NULL) {
            api_http_keys_forget(api_unconst(&state->jwt->keys), ctx);
        }
    }
}


/* the reason goes to the log, never to the client */

static ngx_int_t
refuse(api_http_ctx_t *ctx, api_http_jwt_state_t *state,
    api_auth_reason_e reason)
{
    ngx_uint_t                      missing;
    const char                     *sentence;
    const api_http_jwt_loc_conf_t  *jlcf;

    ngx_log_error(NGX_LOG_INFO, ctx->request->connection->log, 0,
                  "api_jwt: %V", api_auth_reason_sentence(reason));

    jlcf = api_http_chapter_conf(ctx->request->loc_conf, &api_http_jwt_chapter);

    sentence = api_auth_reason_client(reason);
    missing = (sentence == api_auth_reason_client(API_AUTH_REASON_MISSING));

    if (state->by_key) {
        sentence = "the API key is not valid";

    } else if (missing && state->apikey != NULL) {
        sentence = state->jwt != NULL
                   ? "an access token or an API key is required"
                   : "an API key is required";
    }

    api_error_set(&ctx->error, API_ERROR_UNAUTHORIZED, sentence);

    ctx->error.header = missing ? jlcf->challenge
                        : state->by_key ? state->apikey->challenge
                                        : state->jwt->invalid;

    return NGX_DECLINED;
}


static ngx_int_t
forbid(api_http_ctx_t *ctx, api_http_jwt_state_t *state,
    api_auth_reason_e reason, const ngx_str_t *failed, const ngx_str_t *scope)
{
    u_char               *p;
    const api_http_jwt_t  *jwt;

    static const ngx_str_t  what = ngx_string(", error=\"insufficient_scope\", "
                                              "scope=\"");

    ngx_log_error(NGX_LOG_INFO, ctx->request->connection->log, 0,
                  "api_jwt: %V, \"%V\"", api_auth_reason_sentence(reason),
                  failed);

    state->reason = reason;

    api_error_set(&ctx->error, API_ERROR_FORBIDDEN,
                  state->by_key ? "the API key does not allow this"
                                : "the access token does not allow this");

    if (scope->len == 0 || state->by_key) {
        return NGX_DECLINED;
    }

    jwt = state->jwt;

    p = ngx_pnalloc(ctx->request->pool, jwt->challenge.len + what.len
                                        + scope->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ctx->error.header.data = p;

    p = ngx_cpymem(p, jwt->challenge.data, jwt->challenge.len);
    p = ngx_cpymem(p, what.data, what.len);
    p = ngx_cpymem(p, scope->data, scope->len);
    *p++ = '"';

    ctx->error.header.len = (size_t) (p - ctx->error.header.data);

    return NGX_DECLINED;
}


static ngx_int_t
away(api_http_ctx_t *ctx, const api_http_jwt_state_t *state)
{
    if (state->by_key) {
        return lookup_failed(ctx, state);
    }

    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "api_jwt: there %s",
                  state->listless ? "is no list of revoked tokens yet"
                                  : "are no keys to verify a token with");

    api_error_set(&ctx->error, API_ERROR_KEYS_AWAY,
                  "access tokens cannot be checked at the moment");
    ctx->error.retry_after = RETRY_AFTER;

    return NGX_DECLINED;
}


static ngx_int_t
lookup_failed(api_http_ctx_t *ctx, const api_http_jwt_state_t *state)
{
    api_error_code_e  code;

    code = state->lookup.error;

    if (code == API_ERROR_NONE || code == API_ERROR_INTERNAL) {
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0,
                  "api_key: a key cannot be looked up: %s",
                  code == API_ERROR_BUSY ? "beyond \"rate\""
                                         : "the database is away or busy");

    api_error_set(&ctx->error, code,
                  "keys cannot be checked at the moment");
    ctx->error.retry_after = (code == API_ERROR_BUSY) ? 1 : RETRY_AFTER;

    return NGX_DECLINED;
}


static ngx_int_t
require(api_http_ctx_t *ctx, api_http_jwt_state_t *state)
{
    ngx_int_t         rc;
    const ngx_str_t  *failed, *scope;

    static const ngx_str_t  none = ngx_null_string;

    if (!state->by_key && state->claims != NULL && state->jwt->cookie
        && api_http_cross_site(ctx->request, state->jwt->origins)
        && !api_http_cors_trusts(ctx->request))
    {
        return forbid(ctx, state, API_AUTH_REASON_CROSS_SITE,
                      &ctx->request->method_name, &none);
    }

    rc = api_http_require(ctx, state->claims, &failed, &scope);

    return rc == NGX_DECLINED
           ? forbid(ctx, state, API_AUTH_REASON_REQUIRE, failed, scope) : rc;
}


/* as with parameters, what PostgreSQL would refuse takes no connection */

ngx_int_t
api_http_jwt_fit(api_http_ctx_t *ctx)
{
    ngx_int_t                rc;
    ngx_uint_t               i, n;
    api_failure_t            failure;
    api_http_jwt_state_t    *state;
    const api_http_query_t  *query;

    static const ngx_str_t  none = ngx_null_string;

    state = api_http_jwt_state(ctx, 0);

    if (state == NULL || state->claims == NULL) {
        return NGX_OK;
    }

    query = ctx->route->queries.elts;

    for (i = 0; i < ctx->route->queries.nelts; i++) {
        for (n = 0; n < query[i].sql.params.nelts; n++) {

            if (query[i].binds[n].source != &api_http_source_jwt
                || query[i].binds[n].sent)
            {
                continue;
            }

            ngx_memzero(&failure, sizeof(api_failure_t));

            rc = api_http_typed_bind(ctx, i, n, &failure);

            if (rc == NGX_DECLINED) {
                ctx->unsure = 1;
                return forbid(ctx, state, API_AUTH_REASON_UNFIT,
                      &((api_sql_param_t *) query[i].sql.params.elts)[n].name,
                              &none);
            }

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


void
api_http_jwt_filter_init(void)
{
    next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = add_headers;
}


static ngx_int_t
add_headers(ngx_http_request_t *r)
{
    ngx_uint_t                status;
    api_http_jwt_loc_conf_t  *jlcf;

    jlcf = api_http_chapter_conf(r->loc_conf, &api_http_jwt_chapter);

    if (!api_http_jwt_asks(jlcf)) {
        return next_header(r);
    }

    status = r->headers_out.status;

    if ((status == NGX_HTTP_UNAUTHORIZED || status == NGX_HTTP_FORBIDDEN)
        && refused_headers(r, &jlcf->challenge) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if ((r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
        && vary_headers(r, jlcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return next_header(r);
}


static ngx_int_t
vary_headers(ngx_http_request_t *r, const api_http_jwt_loc_conf_t *jlcf)
{
    static const ngx_str_t  vary = ngx_string("Vary");

    if (jlcf->jwt != NULL && jlcf->jwt->vary.len != 0
        && api_http_headers_add(r, &vary, &jlcf->jwt->vary) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return jlcf->apikey != NULL
           ? api_http_headers_add(r, &vary, &jlcf->apikey->header) : NGX_OK;
}


static ngx_int_t
refused_headers(ngx_http_request_t *r, const ngx_str_t *challenge)
{
    ngx_table_elt_t       *h;
    const ngx_str_t       *value;
    const api_http_ctx_t  *ctx;

    static const ngx_str_t  authenticate = ngx_string("WWW-Authenticate");
    static const ngx_str_t  control = ngx_string("Cache-Control");
    static const ngx_str_t  no_store = ngx_string("no-store");

    h = api_http_headers_find(r, &control);

    if (h == NULL) {
        if (api_http_headers_add(r, &control, &no_store) != NGX_OK) {
            return NGX_ERROR;
        }

    } else {
        h->value = no_store;
    }

    /* in an API it stands there already, see http/error_header */

    if (api_http_headers_find(r, &authenticate) != NULL) {
        return NGX_OK;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);
    value = (ctx != NULL && api_error_status(&ctx->error)
                            == r->headers_out.status)
            ? &ctx->error.header : NULL;

    if (value == NULL || value->len == 0) {

        if (r->headers_out.status == NGX_HTTP_FORBIDDEN) {
            return NGX_OK;
        }

        value = challenge;
    }

    if (api_http_headers_add(r, &authenticate, value) != NGX_OK) {
        return NGX_ERROR;
    }

    r->headers_out.www_authenticate = api_http_headers_find(r, &authenticate);

    return NGX_OK;
}
