
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "auth/pem.h"
#include "auth/verify.h"
#include "auth_ask.h"


static void
knows_the_rfcs_signatures(ngx_pool_t *pool)
{
    ngx_str_t           token;
    ngx_uint_t          i, j;
    api_auth_jws_t      jws;
    api_auth_keys_t    *keys;
    api_auth_reason_e   reason;
    static const char  *pairs[][2] = {
        { VECTOR_HS256_KEY, VECTOR_HS256 }, { VECTOR_RS256_KEY, VECTOR_RS256 },
        { VECTOR_ES256_KEY, VECTOR_ES256 }, { VECTOR_ES512_KEY, VECTOR_ES512 },
        { VECTOR_ED25519_KEY, VECTOR_ED25519 }
    };

    for (i = 0; i < 5; i++) {
        keys = keys_of(pool, pairs[i][0]);

        for (j = 0; j < 5; j++) {
            test_note("key %d, token %d", (int) i, (int) j);

            token = test_copy(pool, pairs[j][1], strlen(pairs[j][1]));
            check_int(api_auth_jws_read(pool, &token, &jws, &reason), NGX_OK);

            /* twice: what OpenSSL needed is kept */

            check_int(api_auth_verify(keys, 0, &jws, &reason),
                      i == j ? NGX_OK : NGX_DECLINED);
            check_int(api_auth_verify(keys, 0, &jws, &reason),
                      i == j ? NGX_OK : NGX_DECLINED);

            if (i != j) {
                check_int(reason, API_AUTH_REASON_KEY_ALGORITHM);
            }
        }
    }

    check_int(ERR_peek_error(), 0);
}


static void
sees_each_bit(ngx_pool_t *pool)
{
    size_t              at, bit;
    ngx_str_t           token;
    ngx_uint_t          i;
    api_auth_keys_t    *keys;
    api_auth_demands_t  demands;
    api_auth_claims_t   claims;
    static const char  *pairs[][2] = {
        { VECTOR_HS256_KEY, VECTOR_HS256 }, { VECTOR_RS256_KEY, VECTOR_RS256 },
        { VECTOR_ES256_KEY, VECTOR_ES256 }
    };

    ngx_memzero(&demands, sizeof(api_auth_demands_t));

    for (i = 0; i < 3; i++) {
        keys = keys_of(pool, pairs[i][0]);
        token = test_copy(pool, pairs[i][1], strlen(pairs[i][1]));

        check_cstr(ask(pool, &token, keys, &demands, NOW, &claims), "ok");

        for (at = 0; at < token.len; at++) {
            for (bit = 0; bit < 8; bit += i == 0 ? 1 : 5) {
                token.data[at] ^= (u_char) (1 << bit);
                check(strcmp(ask(pool, &token, keys, &demands, NOW, &claims),
                             "ok") != 0);
                token.data[at] ^= (u_char) (1 << bit);
            }
        }

        check_cstr(ask(pool, &token, keys, &demands, NOW, &claims), "ok");
    }

    check_int(ERR_peek_error(), 0);
}


static ngx_str_t
pem_of(ngx_pool_t *pool, EVP_PKEY *pkey, ngx_uint_t is_private)
{
    BIO        *bio;
    char       *data;
    ngx_str_t   pem;

    bio = BIO_new(BIO_s_mem());

    check_int(is_private
              ? PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL)
              : PEM_write_bio_PUBKEY(bio, pkey), 1);

    pem.len = (size_t) BIO_get_mem_data(bio, &data);
    pem = test_copy(pool, data, pem.len);

    BIO_free(bio);

    return pem;
}


/* the n-th kind of key to *keys, and what verifies of it to *public */

static void
make_keys(ngx_pool_t *pool, ngx_uint_t n, api_auth_keys_t *keys,
    api_auth_keys_t *public)
{
    EVP_PKEY           *pkey;
    ngx_str_t           pem, kid;
    const char         *why;
    api_auth_key_t     *key;
    static const char  *curves[] = { "P-256", "P-384", "P-521" };

    ngx_memzero(keys, sizeof(api_auth_keys_t));
    ngx_memzero(public, sizeof(api_auth_keys_t));

    if (n == 0) {
        key = api_auth_key_new(pool);
        pem = test_str("0123456789012345678901234567890123456789"
                       "0123456789012345678901234567890123456789");
        check_int(api_auth_key_secret(key, &pem, &why), NGX_OK);
        check_int(api_auth_key_add(keys, key), NGX_OK);
        check_int(api_auth_key_add(public, key), NGX_OK);
        return;
    }

    kid = test_str("a \"\\\x01\xc3\xa4");

    pkey = n == 1 ? EVP_RSA_gen(2048)
           : n == 5 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
           : EVP_EC_gen(curves[n - 2]);

    pem = pem_of(pool, pkey, 1);
    check_int(api_auth_pem_read(pool, &pem, &kid, &key, &why), NGX_OK);
    check_int(key->signs, 1);
    check_int(api_auth_key_add(keys, key), NGX_OK);

    pem = pem_of(pool, pkey, 0);
    check_int(api_auth_pem_read(pool, &pem, &kid, &key, &why), NGX_OK);
    check_int(key->signs, 0);
    check_int(api_auth_key_add(public, key), NGX_OK);

    EVP_PKEY_free(pkey);
}


static void
sign_by(ngx_pool_t *pool, api_auth_keys_t *keys, api_auth_keys_t *public,
    ngx_uint_t a)
{
    ngx_str_t             text, token;
    api_auth_key_t       *key;
    api_auth_demands_t    demands;
    api_auth_claims_t     claims;
    api_auth_algorithm_e  algorithm;

    ngx_memzero(&demands, sizeof(api_auth_demands_t));

    text = test_str("{\"exp\":1300819380,\"sub\":\"me\"}");

    demands.algorithms = api_auth_algorithm_bit(a);
    key = api_auth_key_signer(keys, demands.algorithms, NULL, &algorithm);

    if (key == NULL) {
        check_int(keys->key[0]->may & demands.algorithms, 0);
        return;
    }

    check_int(algorithm, a);

    token.data = ngx_pnalloc(pool, api_auth_sign_size(key, &text));
    check_int(api_auth_sign(key, algorithm, &text, &token), NGX_OK);

    check_cstr(ask(pool, &token, public, &demands, NOW, &claims), "ok");
    check_str(&claims.sub, "me");

    demands.algorithms = ((ngx_uint_t) 1 << API_AUTH_ALGORITHMS) - 1
                       - demands.algorithms;
    check_cstr(ask(pool, &token, public, &demands, NOW, &claims), "key_alg");
}


static void
signs_what_it_verifies(ngx_pool_t *pool)
{
    ngx_uint_t             i, a;
    api_auth_keys_t        keys, public;
    api_auth_algorithm_e   algorithm;

    for (i = 0; i < 6; i++) {
        test_note("key %d", (int) i);

        make_keys(pool, i, &keys, &public);

        for (a = 0; a < API_AUTH_ALGORITHMS; a++) {
            sign_by(pool, &keys, &public, a);
        }

        check(api_auth_key_signer(&public, 0, NULL, &algorithm) == NULL
              || i == 0);
    }

    check_int(ERR_peek_error(), 0);
}


static void
signs_as_the_rfc(ngx_pool_t *pool)
{
    ngx_str_t         token;
    api_auth_keys_t  *keys;

    keys = keys_of(pool, VECTOR_HS256_KEY);
    token = token_of(pool, keys, "{}");
    check_bytes(token.data, 36, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", 36);

    /* Ed25519's signatures are always the same ones (RFC 8032) */

    keys = keys_of(pool, VECTOR_ED25519_PRIVATE);
    check_int(token_of(pool, keys, "{}").len, 36 + 1 + 3 + 1 + 86);

    keys = keys_of(pool, VECTOR_ES256_PRIVATE);
    check_int(token_of(pool, keys, "{}").len, 36 + 1 + 3 + 1 + 86);
}


static void
chooses_among_keys(ngx_pool_t *pool)
{
    ngx_str_t           one, two;
    api_auth_keys_t    *keys, *both;
    api_auth_demands_t  demands;
    api_auth_claims_t   claims;

    ngx_memzero(&demands, sizeof(api_auth_demands_t));

    keys = keys_of(pool, "{" VECTOR_ES256_POINT ",\"kid\":\"b\",\"d\":"
                         "\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}");
    one = token_of(pool, keys, "{\"exp\":1300819380}");

    keys = keys_of(pool, VECTOR_ES256_PRIVATE);
    two = token_of(pool, keys, "{\"exp\":1300819380}");

    both = keys_of(pool, "{\"keys\":["
                         "{" VECTOR_ED25519_POINT ",\"kid\":\"a\"},"
                         "{" VECTOR_ES256_POINT ",\"kid\":\"b\"}]}");

    check_cstr(ask(pool, &one, both, &demands, NOW, &claims), "ok");
    check_cstr(ask(pool, &two, both, &demands, NOW, &claims), "ok");

    /* a key without a name is nobody's by name */

    check_cstr(ask(pool, &one, keys, &demands, NOW, &claims), "key_unknown");

    both->key[1]->verifies = 0;
    check_cstr(ask(pool, &one, both, &demands, NOW, &claims), "key_alg");

    both->count = 0;
    check_cstr(ask(pool, &one, both, &demands, NOW, &claims), "key_unknown");
}


static const test_case_t  cases[] = {
    { "knows the RFCs' signatures", knows_the_rfcs_signatures },
    { "sees each bit", sees_each_bit },
    { "signs what it verifies", signs_what_it_verifies },
    { "signs as the RFC", signs_as_the_rfc },
    { "chooses among keys", chooses_among_keys },
    { NULL, NULL }
};


int
main(void)
{
    return api_auth_jwt_init() == NGX_OK ? test_run(cases) : 2;
}
