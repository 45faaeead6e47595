
#include "conf/token_key.h"
#include "conf/env.h"
#include "conf/file.h"
#include "conf/place.h"
#include "auth/jwk.h"
#include "auth/pem.h"


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
                              ? kid : NULL, &token->algorithm);
    token->key = key;

    if (key == NULL) {
        *why = "cannot sign: it is a public key, or of another name";
        return NGX_DECLINED;
    }

    return NGX_OK;
}
