
#include "auth/apikeys.h"
#include "auth/tokens.h"
#include "core/buf.h"
#include "core/scan.h"
#include "json/read.h"
#include "json/write.h"


/* values in a file, keys' names not counted; claims are one deeper in it */
#define APIKEYS_VALUES  100000
#define APIKEYS_CLAIMS  (8 * 1024)       /* bytes of one's JSON, at most */
#define APIKEYS_ENTRY   512              /* of a key that is remembered */


static ngx_int_t read_key(ngx_pool_t *pool, const api_json_t *json,
    api_auth_apikey_t *key, const char **why);
static ngx_int_t read_hash(const ngx_str_t *name, u_char *hash);
static int compare(const void *a, const void *b);
static ngx_int_t refuse(ngx_pool_t *pool, ngx_uint_t n, const char *sentence,
    ngx_str_t *why);


ngx_int_t
api_auth_apikeys_read(ngx_pool_t *pool, const ngx_str_t *text,
    api_auth_apikeys_t *keys, ngx_str_t *why)
{
    ngx_int_t                 rc;
    api_json_t               *json;
    ngx_uint_t                i;
    const char               *sentence;
    api_error_t               err;
    static api_json_limits_t  limits = { API_AUTH_DEPTH + 1, APIKEYS_VALUES };

    ngx_memzero(&err, sizeof(api_error_t));

    rc = api_json_read(pool, text, &limits, &json, &err);

    if (rc != NGX_OK) {
        *why = err.detail;
        return rc;
    }

    if (json->type != API_JSON_OBJECT) {
        return refuse(pool, 0, "it is no JSON object of hashes and claims",
                      why);
    }

    if (json->count > API_AUTH_APIKEYS_MOST) {
        return refuse(pool, 0, "it has more than 10000 keys", why);
    }

    keys->count = json->count;
    keys->keys = ngx_palloc(pool, json->count * sizeof(api_auth_apikey_t));
    if (keys->keys == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < json->count; i++) {
        rc = read_key(pool, &json->items[i], &keys->keys[i], &sentence);

        if (rc != NGX_OK) {
            return rc == NGX_DECLINED ? refuse(pool, i + 1, sentence, why)
                                      : rc;
        }
    }

    qsort(keys->keys, keys->count, sizeof(api_auth_apikey_t), compare);

    /* the same in small and in capital letters */

    for (i = 1; i < keys->count; i++) {
        if (compare(&keys->keys[i - 1], &keys->keys[i]) == 0) {
            return refuse(pool, 0, "it has one hash twice", why);
        }
    }

    return NGX_OK;
}


static ngx_int_t
read_key(ngx_pool_t *pool, const api_json_t *json, api_auth_apikey_t *key,
    const char **why)
{
    ngx_int_t  rc;
    ngx_str_t  text;
    api_buf_t  b;

    if (read_hash(&json->key, key->hash) != NGX_OK) {
        *why = "its name is no SHA-256 in 64 hex digits, as printf %s KEY | "
               "sha256sum tells it";
        return NGX_DECLINED;
    }

    if (json->type != API_JSON_OBJECT) {
        *why = "it is no object of claims";
        return NGX_DECLINED;
    }

    *why = "its claims are beyond 8 KiB, or have a NUL, or more than 256 "
           "values";

    if (api_buf_init(&b, pool, 256, APIKEYS_CLAIMS) != NGX_OK) {
        return NGX_ERROR;
    }

    api_json_write_value(&b, json);

    if (api_buf_string(&b, &text) != NGX_OK) {
        return b.full ? NGX_DECLINED : NGX_ERROR;
    }

    rc = api_auth_claims_row(pool, &text, &key->claims);

    if (rc != NGX_OK) {
        return rc;
    }

    /* beside it the cache's own words have room */

    if (api_auth_claims_size(&key->claims) + API_AUTH_DIGEST_RAW
        > API_AUTH_TOKENS_ENTRY - APIKEYS_ENTRY)
    {
        return NGX_DECLINED;
    }

    *why = "its \"exp\" is no number of seconds";

    return api_auth_claims_end(&key->claims);
}


static ngx_int_t
read_hash(const ngx_str_t *name, u_char *hash)
{
    size_t  i;

    if (name->len != API_AUTH_DIGEST_SIZE) {
        return NGX_DECLINED;
    }

    for (i = 0; i < name->len; i++) {
        if (!api_scan_is_hex(name->data[i])) {
            return NGX_DECLINED;
        }
    }

    for (i = 0; i < API_AUTH_DIGEST_RAW; i++) {
        hash[i] = (u_char) (api_scan_hex(name->data[2 * i]) << 4
                            | api_scan_hex(name->data[2 * i + 1]));
    }

    return NGX_OK;
}


static int
compare(const void *a, const void *b)
{
    const api_auth_apikey_t  *x, *y;

    x = a;
    y = b;

    return ngx_memcmp(x->hash, y->hash, API_AUTH_DIGEST_RAW);
}


/* n: which key's sentence it is; 0: the file's */

static ngx_int_t
refuse(ngx_pool_t *pool, ngx_uint_t n, const char *sentence, ngx_str_t *why)
{
    api_buf_t  b;

    if (api_buf_init(&b, pool, 128, 1024) != NGX_OK) {
        return NGX_ERROR;
    }

    if (n != 0) {
        api_buf_add_literal(&b, "key ");
        api_buf_add_uint(&b, n);
        api_buf_add_literal(&b, ": ");
    }

    api_buf_add(&b, sentence, ngx_strlen(sentence));

    return api_buf_string(&b, why) == NGX_OK ? NGX_DECLINED : NGX_ERROR;
}


const api_auth_apikey_t *
api_auth_apikeys_find(const api_auth_apikeys_t *keys, const u_char *hash)
{
    int         rc;
    ngx_uint_t  from, to, middle;

    from = 0;
    to = keys->count;

    while (from < to) {
        middle = from + (to - from) / 2;
        rc = ngx_memcmp(keys->keys[middle].hash, hash, API_AUTH_DIGEST_RAW);

        if (rc == 0) {
            return &keys->keys[middle];
        }

        if (rc < 0) {
            from = middle + 1;

        } else {
            to = middle;
        }
    }

    return NULL;
}
