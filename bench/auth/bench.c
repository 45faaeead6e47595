
/*
 * One line an algorithm: signed, verified with its claims, the signature alone,
 * found in the cache.  Microseconds of the process's own time, the best of
 * several runs.
 */


#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <time.h>

#include "auth/jwk.h"
#include "auth/jwt.h"
#include "auth/pem.h"
#include "auth/sign.h"
#include "auth/tokens.h"
#include "auth/verify.h"
#include "shim.h"


#define BENCH_RUNS   5
#define BENCH_CACHE  1000
#define BENCH_NOW    1800000000


typedef enum {
    BENCH_SIGN = 0,
    BENCH_FIRST,
    BENCH_SIGNATURE,
    BENCH_AGAIN,
    BENCH_KINDS
} bench_kind_e;


static api_auth_keys_t *keys_for(ngx_pool_t *pool,
    api_auth_algorithm_e algorithm);
static double measure(bench_kind_e kind, api_auth_keys_t *keys,
    api_auth_tokens_t *tokens, const ngx_str_t *token);
static void once(bench_kind_e kind, ngx_pool_t *pool, api_auth_keys_t *keys,
    api_auth_tokens_t *tokens, const ngx_str_t *token);
static void fill(ngx_pool_t *pool, api_auth_tokens_t *tokens,
    const api_auth_claims_t *claims);
static ngx_str_t made(ngx_pool_t *pool, api_auth_keys_t *keys);
static double now(void);


/* about 300 bytes, as an identity provider's */
static ngx_str_t  payload = ngx_string(
    "{\"iss\":\"https://id.example.com/realms/main\",\"sub\":"
    "\"5f0c7a1e-8a55-4c2b-9a7e-0c64b2f6f0d1\",\"aud\":\"api\",\"exp\":"
    "1800000900,\"iat\":1799999999,\"jti\":\"b3a9d1f2c4e5\",\"scope\":"
    "\"openid profile read write\",\"role\":\"editor\",\"tenant\":{\"id\":7},"
    "\"realm_access\":{\"roles\":[\"a\",\"b\",\"c\"]}}");
static ngx_str_t         audience = ngx_string("api");
static api_auth_demands_t demands;
static api_auth_jws_t    jws;


int
main(void)
{
    double               t[BENCH_KINDS];
    ngx_str_t            token;
    ngx_uint_t           i, a;
    ngx_pool_t          *pool;
    api_auth_keys_t     *keys;
    api_auth_tokens_t   *tokens;
    api_auth_claims_t    claims;
    api_auth_reason_e    reason;

    static const api_auth_algorithm_e  algorithms[] = {
        API_AUTH_HS256, API_AUTH_RS256, API_AUTH_PS256, API_AUTH_ES256,
        API_AUTH_ES384, API_AUTH_EDDSA
    };

    if (api_auth_jwt_init() != NGX_OK) {
        return 2;
    }

    demands.audiences = &audience;
    demands.naudiences = 1;
    printf("us       bytes     sign    first  signature    again\n");

    for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
        demands.algorithms = api_auth_algorithm_bit(algorithms[i]);

        pool = ngx_create_pool(0, NULL);
        keys = keys_for(pool, algorithms[i]);
        token = made(pool, keys);
        tokens = api_auth_tokens_new(pool, BENCH_CACHE);

        if (tokens == NULL
            || api_auth_jws_read(pool, &token, &jws, &reason) != NGX_OK
            || api_auth_jwt(pool, &token, keys, &demands, BENCH_NOW, &claims,
                            &reason) != NGX_OK)
        {
            return 2;
        }

        fill(pool, tokens, &claims);
        api_auth_tokens_add(tokens, &token, &demands, 1, 0, &claims);

        for (a = 0; a < BENCH_KINDS; a++) {
            t[a] = measure((bench_kind_e) a, keys, tokens, &token);
        }

        printf("%-8s %5d %8.2f %8.2f   %8.2f %8.2f\n",
               api_auth_algorithm(algorithms[i])->name.data, (int) token.len,
               t[BENCH_SIGN], t[BENCH_FIRST], t[BENCH_SIGNATURE],
               t[BENCH_AGAIN]);

        ngx_destroy_pool(pool);
    }

    return 0;
}


static api_auth_keys_t *
keys_for(ngx_pool_t *pool, api_auth_algorithm_e algorithm)
{
    BIO              *bio;
    char             *data;
    EVP_PKEY         *pkey;
    ngx_str_t         text;
    ngx_int_t         rc;
    const char       *why;
    api_auth_key_t   *key;
    api_auth_keys_t  *keys;

    keys = ngx_pcalloc(pool, sizeof(api_auth_keys_t));

    if (algorithm == API_AUTH_HS256) {
        ngx_str_set(&text, "0123456789abcdef0123456789abcdef");
        key = api_auth_key_new(pool);
        rc = api_auth_key_secret(key, &text, &why);

    } else {
        pkey = algorithm == API_AUTH_ES256 ? EVP_EC_gen("P-256")
               : algorithm == API_AUTH_ES384 ? EVP_EC_gen("P-384")
               : algorithm == API_AUTH_EDDSA
                 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
               : EVP_RSA_gen(2048);

        bio = BIO_new(BIO_s_mem());
        (void) PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL);
        text.len = (size_t) BIO_get_mem_data(bio, &data);
        text.data = (u_char *) data;

        rc = api_auth_pem_read(pool, &text, NULL, &key, &why);

        BIO_free(bio);
        EVP_PKEY_free(pkey);
    }

    if (rc != NGX_OK || api_auth_key_add(keys, key) != NGX_OK) {
        exit(2);
    }

    return keys;
}


/* so many that one run takes about 20 ms */

static double
measure(bench_kind_e kind, api_auth_keys_t *keys, api_auth_tokens_t *tokens,
    const ngx_str_t *token)
{
    double       began, took, best;
    ngx_uint_t   i, j, n;
    ngx_pool_t  *pool;

    best = 1e9;
    n = 8;

    for (i = 0; i < BENCH_RUNS; i++) {
        began = now();
        pool = ngx_create_pool(0, NULL);

        for (j = 0; j < n; j++) {

            /* as a request's: the memory is not counted against it */

            if (j % 64 == 63) {
                ngx_destroy_pool(pool);
                pool = ngx_create_pool(0, NULL);
            }

            once(kind, pool, keys, tokens, token);
        }

        ngx_destroy_pool(pool);
        took = now() - began;

        if (took < 0.02 && i == 0) {
            n *= 2;
            i = (ngx_uint_t) -1;
            continue;
        }

        best = ngx_min(best, took / (double) n * 1e6);
    }

    return best;
}


static void
once(bench_kind_e kind, ngx_pool_t *pool, api_auth_keys_t *keys,
    api_auth_tokens_t *tokens, const ngx_str_t *token)
{
    ngx_int_t           rc;
    api_auth_entry_t   *entry;
    api_auth_reason_e   reason;
    api_auth_claims_t   claims;

    switch (kind) {

    case BENCH_SIGN:
        rc = made(pool, keys).len != 0 ? NGX_OK : NGX_ERROR;
        break;

    case BENCH_FIRST:
        rc = api_auth_jwt(pool, token, keys, &demands, BENCH_NOW, &claims,
                          &reason);
        break;

    case BENCH_SIGNATURE:
        rc = api_auth_verify_key(keys->key[0], jws.algorithm, &jws.signing,
                                 &jws.signature);
        break;

    default:
        entry = api_auth_tokens_find(tokens, token, &demands, 1, BENCH_NOW);
        rc = entry != NULL ? NGX_OK : NGX_ERROR;

        if (entry != NULL) {
            api_auth_tokens_release(entry);
        }
    }

    if (rc != NGX_OK) {
        exit(2);
    }
}


static void
fill(ngx_pool_t *pool, api_auth_tokens_t *tokens,
    const api_auth_claims_t *claims)
{
    char        text[32];
    ngx_str_t   token;
    ngx_uint_t  i;

    for (i = 1; i < BENCH_CACHE; i++) {
        sprintf(text, "a.b.%020lu", (unsigned long) (i * 2654435761u));
        token.len = strlen(text);
        token.data = ngx_pnalloc(pool, token.len);
        ngx_memcpy(token.data, text, token.len);

        api_auth_tokens_add(tokens, &token, &demands, 1, 0, claims);
    }
}


static ngx_str_t
made(ngx_pool_t *pool, api_auth_keys_t *keys)
{
    ngx_str_t              token;
    api_auth_key_t        *key;
    api_auth_algorithm_e   algorithm;

    key = api_auth_key_signer(keys, demands.algorithms, NULL, &algorithm);
    token.data = ngx_pnalloc(pool, api_auth_sign_size(key, &payload));

    if (api_auth_sign(key, algorithm, &payload, &token) != NGX_OK) {
        exit(2);
    }

    return token;
}


static double
now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);

    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}
