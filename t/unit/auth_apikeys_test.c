
#include "auth/apikeys.h"
#include "core/text.h"
#include "test.h"


#define HALF_A  "00112233445566778899aabbccddeeff"
#define HASH_A  HALF_A HALF_A
#define HALF_B  "FFEEDDCCBBAA99887766554433221100"
#define HASH_B  HALF_B HALF_B


static ngx_int_t read_keys(ngx_pool_t *pool, const char *text,
    api_auth_apikeys_t *keys, ngx_str_t *why);


static ngx_int_t
read_keys(ngx_pool_t *pool, const char *text, api_auth_apikeys_t *keys,
    ngx_str_t *why)
{
    ngx_str_t  copy;

    copy = test_copy(pool, text, strlen(text));

    return api_auth_apikeys_read(pool, &copy, keys, why);
}


static void
finds_each_by_its_hash(ngx_pool_t *pool)
{
    u_char                    hash[API_AUTH_DIGEST_RAW];
    ngx_str_t                 why, name;
    ngx_uint_t                i;
    const api_auth_apikey_t  *key;
    api_auth_apikeys_t        keys;

    check_int(read_keys(pool, "{ \"" HASH_B "\": {\"sub\": \"b\", \"exp\": 17},"
                              "\"" HASH_A "\": { \"sub\": \"a\" } }", &keys,
                        &why),
              NGX_OK);
    check_int(keys.count, 2);

    for (i = 0; i < sizeof(hash); i++) {
        hash[i] = (u_char) (0x11 * (i % 16));
    }

    key = api_auth_apikeys_find(&keys, hash);
    check(key != NULL);
    check_str(&key->claims.sub, "a");
    check_int(key->claims.exp, -1);
    check_str(&key->claims.text, "{\"sub\":\"a\"}");

    for (i = 0; i < sizeof(hash); i++) {
        hash[i] = (u_char) (0xff - 0x11 * (i % 16));
    }

    key = api_auth_apikeys_find(&keys, hash);
    check(key != NULL);
    check_str(&key->claims.sub, "b");
    check_int(key->claims.exp, 17);

    hash[31]++;
    check(api_auth_apikeys_find(&keys, hash) == NULL);

    check_int(read_keys(pool, "{}", &keys, &why), NGX_OK);
    check(api_auth_apikeys_find(&keys, hash) == NULL);

    ngx_str_set(&name, "abc");
    api_auth_digest_raw(&name, hash);
    check_int(read_keys(pool, "{\"ba7816bf8f01cfea414140de5dae2223"
                              "b00361a396177a9cb410ff61f20015ad\":{}}",
                        &keys, &why),
              NGX_OK);
    check(api_auth_apikeys_find(&keys, hash) == &keys.keys[0]);
}


static void
tells_what_is_wrong(ngx_pool_t *pool)
{
    size_t               n;
    char                 text[API_AUTH_APIKEYS_MOST];
    ngx_str_t            why;
    ngx_uint_t           i;
    api_auth_apikeys_t   keys;

    static const char   *cases[][2] = {
        { "", "the JSON text is empty, line 1, column 1" },
        { "[]", "it is no JSON object of hashes and claims" },
        { "{\"secret\":{}}",
          "key 1: its name is no SHA-256 in 64 hex digits, as printf %s KEY | "
          "sha256sum tells it" },
        { "{\"" HASH_A "\":{},\"0" HASH_B "\":{}}",
          "key 2: its name is no SHA-256 in 64 hex digits, as printf %s KEY | "
          "sha256sum tells it" },
        { "{\"g0112233445566778899aabbccddeeff" HALF_A "\":{}}",
          "key 1: its name is no SHA-256 in 64 hex digits, as printf %s KEY | "
          "sha256sum tells it" },
        { "{\"" HASH_A "\":\"x\"}", "key 1: it is no object of claims" },
        { "{\"" HASH_A "\":{\"exp\":\"2030\"}}",
          "key 1: its \"exp\" is no number of seconds" },
        { "{\"" HASH_A "\":{\"exp\":null}}",
          "key 1: its \"exp\" is no number of seconds" },
        { "{\"" HASH_A "\":{\"a\":\"\\u0000\"}}",
          "key 1: its claims are beyond 8 KiB, or have a NUL, or more than 256 "
          "values" },
        { "{\"" HALF_B HALF_B "\":{},\"ffeeddccbbaa99887766554433221100" HALF_B
          "\":{}}", "it has one hash twice" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s", cases[i][0]);
        check_int(read_keys(pool, cases[i][0], &keys, &why), NGX_DECLINED);
        check_bytes(why.data, why.len, cases[i][1], strlen(cases[i][1]));
    }

    n = (size_t) sprintf(text, "{\"" HASH_A "\":{\"a\":\"");
    memset(text + n, 'x', 8192);
    strcpy(text + n + 8192, "\"}}");

    check_int(read_keys(pool, text, &keys, &why), NGX_DECLINED);
    check_str(&why, "key 1: its claims are beyond 8 KiB, or have a NUL, or "
                    "more than 256 values");
}


static ngx_int_t
read_some(ngx_pool_t *pool, void *data)
{
    ngx_str_t           text, why;
    api_auth_apikeys_t  keys;

    text = test_str(data);

    return api_auth_apikeys_read(pool, &text, &keys, &why);
}


static void
tells_when_memory_is_short(ngx_pool_t *pool)
{
    static char  text[] = "{\"" HASH_A "\":{\"sub\":\"a\"}}";

    (void) pool;

    check_oom(read_some, text);
}


static const test_case_t  cases[] = {
    { "finds each by its hash", finds_each_by_its_hash },
    { "tells what is wrong", tells_what_is_wrong },
    { "tells when memory is short", tells_when_memory_is_short },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
