
#include "http/jwt_vars.h"
#include "http/headers.h"
#include "http/vars.h"
#include "auth/path.h"
#include "json/write.h"


/* a claim's name follows */
#define PREFIX  "api_jwt_"


static ngx_int_t get_claim(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data);
static const api_json_t *find(const api_json_t *claims, const ngx_str_t *name);
static ngx_int_t get_claims(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t get_status(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t get_auth(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data);
static const api_auth_claims_t *claims_of(ngx_http_request_t *r);
static ngx_int_t set(ngx_http_variable_value_t *v, const ngx_str_t *text);


static const ngx_http_variable_t  variables[] = {

    { ngx_string("api_auth"), NULL, get_auth, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("api_jwt_claims"), NULL, get_claims, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("api_jwt_status"), NULL, get_status, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string(PREFIX), NULL, get_claim, 0,
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },

    { ngx_null_string, NULL, NULL, 0, 0, 0 }
};


ngx_int_t
api_http_jwt_vars_add(ngx_conf_t *cf)
{
    return api_http_vars_add_list(cf, variables);
}


static ngx_int_t
get_claim(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                 name, text, line;
    api_auth_path_t           path;
    api_auth_claims_t         of;
    const api_json_t         *json;
    const ngx_str_t          *whole;
    const api_auth_claims_t  *claims;

    whole = (const ngx_str_t *) data;

    name.data = whole->data + sizeof(PREFIX) - 1;
    name.len = whole->len - (sizeof(PREFIX) - 1);

    claims = claims_of(r);
    json = (claims != NULL) ? find(claims->tree, &name) : NULL;

    if (json == NULL) {
        return set(v, NULL);
    }

    /* itself, by a path of no names */

    path.count = 0;
    path.names = NULL;

    of = *claims;
    of.tree = json;

    switch (api_auth_claims_text(r->pool, &of, &path, &text)) {

    case NGX_OK:
        break;

    case NGX_DECLINED:
        return set(v, NULL);

    default:
        return NGX_ERROR;
    }

    if (api_http_headers_line(r->pool, &text, &line) != NGX_OK) {
        return NGX_ERROR;
    }

    return set(v, &line);
}


/* nginx knows its variables in lower case: userId is $api_jwt_userid, unless
   there is a claim of just that name */

static const api_json_t *
find(const api_json_t *claims, const ngx_str_t *name)
{
    ngx_uint_t         i;
    const ngx_str_t   *key;
    const api_json_t  *json;

    json = api_json_member(claims, name);

    for (i = 0; json == NULL && i < claims->count; i++) {

        key = &claims->items[i].key;

        if (key->len == name->len
            && ngx_strncasecmp(key->data, name->data, name->len) == 0)
        {
            json = &claims->items[i];
        }
    }

    return json;
}


/* one line, whatever white space it was signed with */

static ngx_int_t
get_claims(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    api_buf_t                 b;
    ngx_str_t                 text;
    const api_auth_claims_t  *claims;

    (void) data;

    claims = claims_of(r);

    if (claims == NULL) {
        return set(v, NULL);
    }

    /* an escaped byte has six */

    if (api_buf_init(&b, r->pool, 0, 6 * API_AUTH_TOKEN) != NGX_OK) {
        return NGX_ERROR;
    }

    api_json_write_value(&b, claims->tree);

    return api_buf_string(&b, &text) == NGX_OK ? set(v, &text) : NGX_ERROR;
}


static ngx_int_t
get_status(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    const api_http_jwt_state_t  *state;

    (void) data;
    (void) claims_of(r);

    state = api_http_jwt_seen(r);

    if (state == NULL) {
        return set(v, NULL);
    }

    switch (state->rc) {

    case NGX_OK:
    case NGX_DECLINED:
        return set(v, api_auth_reason_word(state->reason));

    default:
        return set(v, NULL);
    }
}


static ngx_int_t
get_auth(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    const api_http_jwt_state_t  *state;

    static const ngx_str_t  jwt = ngx_string("jwt");
    static const ngx_str_t  key = ngx_string("key");

    (void) data;

    if (claims_of(r) == NULL) {
        return set(v, NULL);
    }

    state = api_http_jwt_seen(r);

    return set(v, state != NULL && state->by_key ? &key : &jwt);
}


/* of a request that an error_page has led elsewhere, too */

static const api_auth_claims_t *
claims_of(ngx_http_request_t *r)
{
    const api_auth_claims_t     *claims;
    const api_http_jwt_state_t  *state;

    claims = api_http_jwt_claims(r);

    if (claims != NULL || !r->error_page) {
        return claims;
    }

    state = api_http_jwt_seen(r);

    return state != NULL ? state->claims : NULL;
}


static ngx_int_t
set(ngx_http_variable_value_t *v, const ngx_str_t *text)
{
    v->no_cacheable = 0;
    v->valid = (text != NULL);
    v->not_found = (text == NULL);

    if (text != NULL) {
        v->data = text->data;
        v->len = (unsigned) (text->len & 0xfffffff);
    }

    return NGX_OK;
}
