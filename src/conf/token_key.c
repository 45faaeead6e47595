
#include "conf/token_key.h"
#include "conf/env.h"
#include "conf/file.h"
#include "conf/place.h"
#include "auth/jwk.h"
#include "auth/pem.h"
#include "json/write.h"


/* bytes of issuer and audience, as those of a token are bounded */
#define REGISTERED  4096


static ngx_int_t write_registered(ngx_conf_t *cf, api_http_token_t *token);
static ngx_uint_t has_claim(const api_http_token_t *token,
    const ngx_str_t *name);
static ngx_int_t key_text(ngx_conf_t *cf, ngx_str_t *word, ngx_str_t *text);
static ngx_int_t make_key(ngx_conf_t *cf, api_http_token_t *token,
    ngx_str_t *text, const ngx_str_t *kid, const char **why);


ngx_int_t
api_conf_token_key(ngx_conf_t *cf, api_http_token_t *token)
{
    ngx_int_t    rc;
    ngx_str_t   *value, text, kid;
    const char  *why;

    value = cf->args->elts;
    ngx_str_null(&kid);

    why = NULL;

    if (token->keys.count != 0) {
        why = "is duplicate";

    } else if (cf->args->nelts == 3 && value[2].len > 4
               && value[2].len <= 4 + API_AUTH_KID
               && ngx_strncmp(value[2].data, "kid=", 4) == 0)
    {
        kid.data = value[2].data + 4;
        kid.len = value[2].len - 4;

    } else if (cf->args->nelts != 2) {
        why = "is written: key env:NAME|file:FILE [kid=NAME]";
    }

    rc = NGX_DECLINED;

    if (why == NULL) {
        rc = key_text(cf, &value[1], &text);

        if (rc == NGX_OK) {
            rc = make_key(cf, token, &text, &kid, &why);
        }
    }

    if (rc == NGX_DECLINED && why != NULL) {
        api_conf_wrong(cf, 1, "\"key\" of api_issue_token%s%V%s %s",
                       cf->args->nelts > 1 ? " (" : "", &value[1],
                       cf->args->nelts > 1 ? "):" : "", why);
    }

    return rc == NGX_OK ? NGX_OK : NGX_ERROR;
}


/* never quoted.  NGX_DECLINED: told */

static ngx_int_t
key_text(ngx_conf_t *cf, ngx_str_t *word, ngx_str_t *text)
{
    ngx_int_t    rc;
    ngx_str_t    name;
    const char  *why;

    if (ngx_strncmp(word->data, "env:", 4) == 0) {

        name.data = word->data + 4;
        name.len = word->len - 4;

        rc = api_conf_env(cf, &name, text, &why);

        if (rc == NGX_DECLINED) {
            api_conf_wrong(cf, 1, "\"key\" of api_issue_token: the environment "
                           "variable \"%V\" is %s: export it where nginx is "
                           "started", &name, why);
        }

        return rc;
    }

    if (ngx_strncmp(word->data, "file:", 5) == 0) {

        name.data = word->data + 5;
        name.len = word->len - 5;

        return api_conf_file(cf, 1, &name, API_AUTH_JWKS, text) == NGX_OK
               ? NGX_OK : NGX_DECLINED;
    }

    api_conf_wrong(cf, 1, "\"key\" of api_issue_token is no secret by itself: "
                   "write env:NAME to take it from nginx's environment, or "
                   "file:FILE");

    return NGX_DECLINED;
}


static ngx_int_t
make_key(ngx_conf_t *cf, api_http_token_t *token, ngx_str_t *text,
    const ngx_str_t *kid, const char **why)
{
    ngx_int_t          rc;
    ngx_array_t        faults;
    api_auth_key_t    *key;
    api_auth_fault_t  *fault;

    *why = NULL;

    if (api_auth_jwk_looks(text)) {

        if (ngx_array_init(&faults, cf->temp_pool, 4, sizeof(api_auth_fault_t))
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        rc = api_auth_jwk_read(cf->pool, text, 0, &token->keys, &faults);

        if (rc == NGX_DECLINED) {
            fault = faults.elts;
            *why = faults.nelts != 0 ? fault->why : "has no usable key";
        }

    } else if (api_auth_pem_looks(text)) {

        rc = api_auth_pem_read(cf->pool, text, kid, &key, why);

        if (rc == NGX_OK) {
            rc = api_auth_key_add(&token->keys, key);
        }

    } else {
        key = api_auth_key_new(cf->pool);

        if (key == NULL) {
            return NGX_ERROR;
        }

        /* an editor's or echo's line end is none of the secret's */

        while (text->len != 0 && (text->data[text->len - 1] == '\n'
                                  || text->data[text->len - 1] == '\r'))
        {
            text->len--;
        }

        rc = api_auth_key_secret(key, text, why);

        if (rc == NGX_OK) {
            key->kid = *kid;
            rc = api_auth_key_add(&token->keys, key);
        }
    }

    if (rc != NGX_OK) {
        return rc;
    }

    key = api_auth_key_signer(&token->keys, 0,
                              api_auth_jwk_looks(text) && kid->len != 0
                              ? kid : NULL, &token->own.algorithm);
    token->own.key = key;

    if (key == NULL) {
        *why = "cannot sign: it is a public key, or of another name";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_int_t
api_conf_token_jwt(ngx_conf_t *cf, const api_http_route_t *route,
    api_http_token_t *token)
{
    api_auth_algorithm_e      algorithm;
    const api_http_jwt_t     *jwt;
    api_http_jwt_loc_conf_t  *jlcf;

    /* "nginx -s" has read no keys */

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return NGX_OK;
    }

    jlcf = api_http_chapter_conf(route->loc_conf, &api_http_jwt_chapter);
    jwt = jlcf->jwt;

    if (jwt != NULL && jwt->keys.set != NULL
        && api_auth_key_signer(jwt->keys.set, jwt->demands.algorithms, NULL,
                               &algorithm)
           != NULL)
    {
        token->jwt = jwt;
        return write_registered(cf, token);
    }

    if (token->own.key != NULL) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &token->made.place,
                 "api_issue_token $%V of \"%V\" has no key to sign with: say "
                 "\"key env:NAME;\" or \"key file:FILE;\"%s", &token->made.name,
                 &route->name, jwt != NULL
                 ? ", those of api_jwt are public" : ", here or in an "
                   "api_jwt { } around");

    return NGX_ERROR;
}


/* of several the first: all of them are taken */

static ngx_int_t
write_registered(ngx_conf_t *cf, api_http_token_t *token)
{
    api_buf_t                  b;
    const api_auth_demands_t  *demands;

    static const ngx_str_t  iss = ngx_string("iss");
    static const ngx_str_t  aud = ngx_string("aud");

    demands = &token->jwt->demands;

    if (api_buf_init(&b, cf->pool, 64, REGISTERED) != NGX_OK) {
        return NGX_ERROR;
    }

    if (demands->nissuers != 0 && !has_claim(token, &iss)) {
        api_buf_add_literal(&b, ",\"iss\":");
        api_json_write_string(&b, demands->issuers[0].data,
                              demands->issuers[0].len);
    }

    if (demands->naudiences != 0 && !has_claim(token, &aud)) {
        api_buf_add_literal(&b, ",\"aud\":");
        api_json_write_string(&b, demands->audiences[0].data,
                              demands->audiences[0].len);
    }

    return api_buf_string(&b, &token->registered);
}


static ngx_uint_t
has_claim(const api_http_token_t *token, const ngx_str_t *name)
{
    ngx_uint_t                i;
    const api_http_member_t  *member;

    member = token->claims->list.elts;

    for (i = 0; i < token->claims->list.nelts; i++) {
        if (api_str_equal(&member[i].name, name)) {
            return 1;
        }
    }

    return 0;
}
