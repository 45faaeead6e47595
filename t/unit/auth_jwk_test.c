
#include "auth/jwk.h"
#include "auth/jwt.h"
#include "auth/pem.h"
#include "auth_vectors.h"
#include "test.h"


#define EC(more)   "{" VECTOR_ES256_POINT more "}"
#define RSA(more)  "{\"kty\":\"RSA\",\"n\":\"" VECTOR_RSA_N                   \
                   "\",\"e\":\"AQAB\"" more "}"
#define OCT(more)  "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMk" \
                   "oqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow" \
                   "\"" more "}"
#define OKP(more)  "{" VECTOR_ED25519_POINT more "}"

#define EC_D   ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\""
#define OKP_D  ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\""


static ngx_int_t
read_set(ngx_pool_t *pool, const char *body, ngx_uint_t is_public,
    api_auth_keys_t *keys, ngx_array_t **faults)
{
    ngx_str_t  text;

    ngx_memzero(keys, sizeof(api_auth_keys_t));

    *faults = ngx_array_create(pool, 4, sizeof(api_auth_fault_t));
    text = test_copy(pool, body, strlen(body));

    return api_auth_jwk_read(pool, &text, is_public, keys, *faults);
}


static void
reads_each_kind(ngx_pool_t *pool)
{
    ngx_uint_t        i;
    ngx_array_t      *faults;
    api_auth_keys_t   keys;
    static const struct {
        const char   *text;
        unsigned      kind;
        unsigned      signs;
        ngx_uint_t    may;
        ngx_uint_t    usual;
    } tries[] = {
        { RSA(""), API_AUTH_RSA, 0, 0x1f8, 0x008 },
        { RSA(",\"alg\":\"PS384\""), API_AUTH_RSA, 0, 0x080, 0x080 },
        { EC(""), API_AUTH_EC, 0, 0x200, 0x200 },
        { EC(EC_D), API_AUTH_EC, 1, 0x200, 0x200 },
        { EC(EC_D ",\"key_ops\":[\"sign\"]"), API_AUTH_EC, 1, 0x200, 0x200 },
        { EC(",\"key_ops\":[\"verify\"],\"use\":\"sig\",\"kid\":\"k\","
             "\"x5c\":[\"AA\"],\"ext\":true"),
          API_AUTH_EC, 0, 0x200, 0x200 },
        { VECTOR_ES512_KEY, API_AUTH_EC, 0, 0x800, 0x800 },
        { OCT(""), API_AUTH_OCT, 1, 0x007, 0x001 },
        { OCT(",\"alg\":\"HS512\""), API_AUTH_OCT, 1, 0x004, 0x004 },
        { OKP(""), API_AUTH_OKP, 0, 0x1000, 0x1000 },
        { OKP(OKP_D), API_AUTH_OKP, 1, 0x1000, 0x1000 },
        { OKP(",\"alg\":\"Ed25519\""), API_AUTH_OKP, 0, 0x1000, 0x1000 }
    };

    for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        test_note("%s", tries[i].text);

        check_int(read_set(pool, tries[i].text, 0, &keys, &faults), NGX_OK);
        check_int(faults->nelts, 0);
        check_int(keys.count, 1);
        check_int(keys.key[0]->kind, tries[i].kind);
        check_int(keys.key[0]->signs, tries[i].signs);
        check_int(keys.key[0]->may, tries[i].may);
        check_int(keys.key[0]->usual, tries[i].usual);
    }
}


/* of how many keys which are left out */

static void
leaves_out_what_is_wrong(ngx_pool_t *pool)
{
    ngx_uint_t         i, is_public;
    ngx_array_t       *faults;
    api_auth_keys_t    keys;
    api_auth_fault_t  *fault;
    static const struct {
        const char   *text;
        ngx_uint_t    keys;        /* that are there */
        ngx_uint_t    faults;
        ngx_uint_t    index;       /* of the first of them */
        ngx_uint_t    public_keys; /* the same of a published set */
    } tries[] = {
        { "{\"keys\":[" EC("") "," RSA(",\"use\":\"enc\"") "]}", 1, 1, 2, 1 },
        { "{\"keys\":[" RSA(",\"alg\":\"RSA-OAEP\"") "," EC("") "]}",
          1, 1, 1, 1 },
        { "{\"keys\":[" EC(EC_D) "," OKP("") "]}", 2, 0, 0, 1 },
        { "{\"keys\":[" EC(",\"kid\":\"a\"") "," EC(",\"kid\":\"a\"") ","
          OKP(",\"kid\":\"a\"") "]}", 1, 2, 1, 1 },
        { "{\"keys\":[" RSA(",\"kid\":\"a\",\"alg\":\"RS256\"") ","
          RSA(",\"kid\":\"a\",\"alg\":\"PS256\"") ","
          RSA(",\"kid\":\"a\",\"use\":\"enc\"") "]}", 2, 1, 3, 2 },
        { "{\"keys\":[" EC("") "," OCT("") "]}", 0, 1, 0, 0 },
        { "{\"keys\":[" OCT("") "]}", 1, 0, 0, 0 },
        { "{\"keys\":[{\"kty\":\"DSA\"},3,[]," EC("") "]}", 1, 3, 1, 1 },
        { "{\"keys\":[]}", 0, 1, 0, 0 },
        { "{\"keys\":7}", 0, 1, 0, 0 },
        { "{}", 0, 1, 1, 0 },
        { "[]", 0, 1, 0, 0 },
        { "", 0, 1, 0, 0 },
        { "{\"keys\":[],\"keys\":[]}", 0, 1, 0, 0 },
        { EC(",\"kty\":\"EC\""), 0, 1, 0, 0 }
    };

    for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        test_note("%s", tries[i].text);

        for (is_public = 0; is_public < 2; is_public++) {
            check_int(read_set(pool, tries[i].text, is_public, &keys,
                               &faults),
                      (is_public ? tries[i].public_keys : tries[i].keys) != 0
                      ? NGX_OK : NGX_DECLINED);

            check_int(keys.count, is_public ? tries[i].public_keys
                                            : tries[i].keys);

            if (!is_public) {
                check_int(faults->nelts, tries[i].faults);
            }
        }

        check_int(read_set(pool, tries[i].text, 0, &keys, &faults),
                  tries[i].keys != 0 ? NGX_OK : NGX_DECLINED);

        if (faults->nelts != 0) {
            fault = faults->elts;
            check_int(fault->index, tries[i].index);
            check(strlen(fault->why) > 10);
        }
    }
}


static void
tells_one_form_from_another(ngx_pool_t *pool)
{
    ngx_str_t         text;
    const char       *why;
    api_auth_key_t   *key;
    static const char  pem[] =
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
        "-----END PUBLIC KEY-----\n";

    text = test_str(" \n{}");
    check_int(api_auth_jwk_looks(&text), 1);
    check_int(api_auth_pem_looks(&text), 0);

    text = test_str("secret{");
    check_int(api_auth_jwk_looks(&text), 0);

    text = test_copy(pool, pem, sizeof(pem) - 1);
    check_int(api_auth_jwk_looks(&text), 0);
    check_int(api_auth_pem_looks(&text), 1);
    check_int(api_auth_pem_read(pool, &text, NULL, &key, &why), NGX_OK);
    check_int(key->kind, API_AUTH_OKP);
    check_int(key->kid.len, 0);

    text.len -= 30;
    check_int(api_auth_pem_read(pool, &text, NULL, &key, &why), NGX_DECLINED);

    text = test_str("");
    check_int(api_auth_jwk_looks(&text), 0);
    check_int(api_auth_pem_read(pool, &text, NULL, &key, &why), NGX_DECLINED);

    text = test_str("0123456789012345678901234567890");
    key = api_auth_key_new(pool);
    check_int(api_auth_key_secret(key, &text, &why), NGX_DECLINED);
}


static void
publishes_public_halves(ngx_pool_t *pool)
{
    ngx_str_t         out;
    ngx_uint_t        i;
    ngx_array_t      *faults;
    api_auth_keys_t   keys, read;
    static const char  *wanted[] = {
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
        "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
        "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\","
        "\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"a\"},"
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
        "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\","
        "\"use\":\"sig\",\"alg\":\"EdDSA\"}]}",

        "{\"keys\":[]}"
    };
    static const char  *sets[] = {
        "{\"keys\":[" EC(EC_D ",\"kid\":\"a\"") "," RSA("") ","
        OKP(OKP_D) "]}",

        OCT("")
    };

    for (i = 0; i < 2; i++) {
        check_int(read_set(pool, sets[i], 0, &keys, &faults), NGX_OK);
        check_int(api_auth_jwk_write(pool, &keys, 0, &out), NGX_OK);
        check_bytes(out.data, out.len, wanted[i], strlen(wanted[i]));
    }

    /* an RSA key is its own copy, too */

    check_int(read_set(pool, RSA(""), 0, &keys, &faults), NGX_OK);
    keys.key[0]->signs = 1;
    check_int(api_auth_jwk_write(pool, &keys, 0, &out), NGX_OK);
    check_int(read_set(pool, (char *) out.data, 1, &read, &faults), NGX_OK);
    check(strstr((char *) out.data, "\"e\":\"AQAB\"") != NULL);
    check(strstr((char *) out.data, VECTOR_RSA_N) != NULL);
}


static ngx_int_t
read_some(ngx_pool_t *pool, void *data)
{
    ngx_str_t         text;
    ngx_array_t      *faults;
    api_auth_keys_t   keys;

    ngx_memzero(&keys, sizeof(api_auth_keys_t));

    text = test_str(data);
    faults = ngx_array_create(pool, 1, sizeof(api_auth_fault_t));
    if (faults == NULL) {
        return NGX_ERROR;
    }

    return api_auth_jwk_read(pool, &text, 0, &keys, faults);
}


static void
tells_when_memory_is_short(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(read_some, "{\"keys\":[" EC(EC_D) ",{},{}," OKP("") "]}");
    check_oom(read_some, OCT(""));
}


static const test_case_t  cases[] = {
    { "reads each kind", reads_each_kind },
    { "leaves out what is wrong", leaves_out_what_is_wrong },
    { "tells one form from another", tells_one_form_from_another },
    { "publishes public halves", publishes_public_halves },
    { "tells when memory is short", tells_when_memory_is_short },
    { NULL, NULL }
};


int
main(void)
{
    return api_auth_jwt_init() == NGX_OK ? test_run(cases) : 2;
}
