
#include "auth/jwk.h"
#include "auth/jwk_parts.h"
#include "json/read.h"


/* of a set's text: "x5c" and its like stand in arrays */
#define JWK_DEPTH   8
#define JWK_VALUES  10000


static ngx_int_t read_all(ngx_pool_t *pool, const api_json_t *items,
    ngx_uint_t n, ngx_uint_t is_public, api_auth_keys_t *keys,
    ngx_array_t *faults);
static ngx_int_t read_one(ngx_pool_t *pool, const api_json_t *jwk,
    ngx_uint_t is_public, api_auth_key_t **out, const char **why);
static ngx_int_t read_kid(const api_json_t *jwk, api_auth_key_t *key,
    const char **why);
static ngx_int_t read_use(const api_json_t *jwk, api_auth_key_t *key,
    const char **why);
static ngx_int_t read_operations(const api_json_t *ops, api_auth_key_t *key,
    const char **why);
static ngx_int_t read_algorithm(const api_json_t *jwk, api_auth_key_t *key,
    const char **why);
static ngx_uint_t is_mixed(const api_json_t *items, ngx_uint_t n);
static ngx_uint_t is_double(const api_json_t *items, ngx_uint_t n,
    ngx_uint_t which);
static ngx_uint_t is_same(const api_json_t *a, const api_json_t *b,
    const char *name);
static ngx_int_t fault(ngx_array_t *faults, ngx_uint_t index,
    const api_json_t *jwk, const char *why);


ngx_int_t
api_auth_jwk_read(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_uint_t is_public, api_auth_keys_t *keys, ngx_array_t *faults)
{
    ngx_int_t                 rc;
    api_json_t               *json;
    api_error_t               err;
    const char               *why;
    const api_json_t         *list;
    static api_json_limits_t  limits = { JWK_DEPTH, JWK_VALUES };

    if (text->len > API_AUTH_JWKS) {
        return fault(faults, 0, NULL, "it is longer than 256 KiB");
    }

    ngx_memzero(&err, sizeof(api_error_t));

    rc = api_json_read(pool, text, &limits, &json, &err);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED || json->type != API_JSON_OBJECT) {
        return fault(faults, 0, NULL, "it is no JSON object, or one of its "
                                      "objects has a member twice");
    }

    list = api_auth_jwk_member(json, "keys");

    if (list == NULL) {
        return read_all(pool, json, 1, is_public, keys, faults);
    }

    why = list->type != API_JSON_ARRAY ? "its \"keys\" are no array"
          : list->count == 0 ? "it has no keys"
          : list->count > API_AUTH_KEYS - keys->count
            ? "it has more than 100 keys"
          : is_mixed(list->items, list->count)
            ? "it has secrets (\"oct\") beside public keys"
          : NULL;

    if (why != NULL) {
        return fault(faults, 0, NULL, why);
    }

    return read_all(pool, list->items, list->count, is_public, keys, faults);
}


static ngx_int_t
read_all(ngx_pool_t *pool, const api_json_t *items, ngx_uint_t n,
    ngx_uint_t is_public, api_auth_keys_t *keys, ngx_array_t *faults)
{
    ngx_int_t         rc;
    ngx_uint_t        i, before;
    const char       *why;
    api_auth_key_t   *read[API_AUTH_KEYS];

    for (i = 0; i < n; i++) {
        rc = read_one(pool, &items[i], is_public, &read[i], &why);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            read[i] = NULL;

            if (fault(faults, i + 1, &items[i], why) == NGX_ERROR) {
                return NGX_ERROR;
            }
        }
    }

    before = keys->count;

    for (i = 0; i < n; i++) {

        if (read[i] == NULL) {
            continue;
        }

        if (is_double(items, n, i)) {
            if (fault(faults, i + 1, &items[i], "another key of the set has "
                      "the same kid and algorithm") == NGX_ERROR)
            {
                return NGX_ERROR;
            }

            continue;
        }

        if (api_auth_key_add(keys, read[i]) != NGX_OK
            && fault(faults, i + 1, &items[i], "there are 100 keys already")
               == NGX_ERROR)
        {
            return NGX_ERROR;
        }
    }

    return keys->count != before ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
read_one(ngx_pool_t *pool, const api_json_t *jwk, ngx_uint_t is_public,
    api_auth_key_t **out, const char **why)
{
    ngx_int_t        rc;
    api_auth_key_t  *key;

    if (jwk->type != API_JSON_OBJECT) {
        *why = "it is no JSON object";
        return NGX_DECLINED;
    }

    key = api_auth_key_new(pool);
    if (key == NULL) {
        return NGX_ERROR;
    }

    *out = key;

    rc = read_kid(jwk, key, why);

    if (rc == NGX_OK) {
        rc = api_auth_jwk_numbers(pool, jwk, is_public, key, why);
    }

    if (rc == NGX_OK) {
        rc = read_use(jwk, key, why);
    }

    if (rc == NGX_OK) {
        rc = read_algorithm(jwk, key, why);
    }

    return rc;
}


static ngx_int_t
read_kid(const api_json_t *jwk, api_auth_key_t *key, const char **why)
{
    const api_json_t  *kid;

    kid = api_auth_jwk_member(jwk, "kid");

    if (kid == NULL) {
        return NGX_OK;
    }

    if (kid->type != API_JSON_STRING || kid->has_nul || kid->text.len == 0
        || kid->text.len > API_AUTH_KID)
    {
        *why = "its \"kid\" is no string of 1 to 256 bytes";
        return NGX_DECLINED;
    }

    key->kid = kid->text;

    return NGX_OK;
}


static ngx_int_t
read_use(const api_json_t *jwk, api_auth_key_t *key, const char **why)
{
    const api_json_t  *use, *ops;

    use = api_auth_jwk_member(jwk, "use");

    if (use != NULL
        && (use->type != API_JSON_STRING || !api_str_is(&use->text, "sig")))
    {
        *why = "it is not for signatures (\"use\")";
        return NGX_DECLINED;
    }

    ops = api_auth_jwk_member(jwk, "key_ops");

    return ops != NULL ? read_operations(ops, key, why) : NGX_OK;
}


static ngx_int_t
read_operations(const api_json_t *ops, api_auth_key_t *key, const char **why)
{
    ngx_uint_t         i, verifies, signs;
    const api_json_t  *op;

    verifies = 0;
    signs = 0;

    if (ops->type != API_JSON_ARRAY) {
        *why = "its \"key_ops\" are no array of strings";
        return NGX_DECLINED;
    }

    for (i = 0; i < ops->count; i++) {
        op = &ops->items[i];

        if (op->type != API_JSON_STRING) {
            *why = "its \"key_ops\" are no array of strings";
            return NGX_DECLINED;
        }

        verifies |= api_str_is(&op->text, "verify");
        signs |= api_str_is(&op->text, "sign");
    }

    if (!verifies) {
        key->verifies = 0;
    }

    if (!signs) {
        key->signs = 0;
    }

    if (!key->verifies && !key->signs) {
        *why = "it may neither verify nor sign (\"key_ops\")";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
read_algorithm(const api_json_t *jwk, api_auth_key_t *key, const char **why)
{
    const api_json_t      *alg;
    api_auth_algorithm_e   algorithm;

    alg = api_auth_jwk_member(jwk, "alg");

    if (alg == NULL) {
        return NGX_OK;
    }

    if (alg->type != API_JSON_STRING
        || api_auth_algorithm_find(&alg->text, &algorithm) != NGX_OK)
    {
        *why = "its \"alg\" is no signature's that is known here";
        return NGX_DECLINED;
    }

    if (api_auth_key_only(key, algorithm) != NGX_OK) {
        *why = "its \"alg\" is not for such a key, or needs a longer secret";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* a set that someone publishes has no secrets, one of secrets no public keys:
   together they are a mistake, and one is published by it */

static ngx_uint_t
is_mixed(const api_json_t *items, ngx_uint_t n)
{
    ngx_uint_t         i, secrets;
    const api_json_t  *kty;

    secrets = 0;

    for (i = 0; i < n; i++) {
        kty = items[i].type == API_JSON_OBJECT
              ? api_auth_jwk_member(&items[i], "kty") : NULL;

        if (kty != NULL && kty->type == API_JSON_STRING
            && api_str_is(&kty->text, "oct"))
        {
            secrets++;
        }
    }

    return secrets != 0 && secrets != n;
}


/* whether or not the other is one that can be used: who meant which? */

static ngx_uint_t
is_double(const api_json_t *items, ngx_uint_t n, ngx_uint_t which)
{
    ngx_uint_t         i;
    const api_json_t  *use;

    if (api_auth_jwk_member(&items[which], "kid") == NULL) {
        return 0;
    }

    for (i = 0; i < n; i++) {

        if (i == which || items[i].type != API_JSON_OBJECT
            || !is_same(&items[i], &items[which], "kid")
            || !is_same(&items[i], &items[which], "kty"))
        {
            continue;
        }

        use = api_auth_jwk_member(&items[i], "use");

        if (use != NULL && use->type == API_JSON_STRING
            && !api_str_is(&use->text, "sig"))
        {
            continue;
        }

        if (api_auth_jwk_member(&items[i], "alg") == NULL
            || api_auth_jwk_member(&items[which], "alg") == NULL
            || is_same(&items[i], &items[which], "alg"))
        {
            return 1;
        }
    }

    return 0;
}


/* two objects have a member, and it is the same string */

static ngx_uint_t
is_same(const api_json_t *a, const api_json_t *b, const char *name)
{
    a = api_auth_jwk_member(a, name);
    b = api_auth_jwk_member(b, name);

    return a != NULL && b != NULL && a->type == API_JSON_STRING
           && b->type == API_JSON_STRING && api_str_equal(&a->text, &b->text);
}


/* NGX_DECLINED or NGX_ERROR */

static ngx_int_t
fault(ngx_array_t *faults, ngx_uint_t index, const api_json_t *jwk,
    const char *why)
{
    api_auth_fault_t  *f;
    const api_json_t  *kid;

    f = ngx_array_push(faults);
    if (f == NULL) {
        return NGX_ERROR;
    }

    f->index = index;
    f->why = why;
    ngx_str_null(&f->kid);

    kid = jwk != NULL && jwk->type == API_JSON_OBJECT
          ? api_auth_jwk_member(jwk, "kid") : NULL;

    if (kid != NULL && kid->type == API_JSON_STRING && !kid->has_nul) {
        f->kid = kid->text;
    }

    return NGX_DECLINED;
}


ngx_uint_t
api_auth_jwk_looks(const ngx_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        switch (text->data[i]) {

        case ' ':
        case '\t':
        case CR:
        case LF:
            continue;

        default:
            return text->data[i] == '{';
        }
    }

    return 0;
}
