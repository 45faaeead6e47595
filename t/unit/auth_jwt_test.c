
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "auth/base64url.h"
#include "auth/jwk.h"
#include "auth/jwt.h"
#include "auth/pem.h"
#include "auth/sign.h"
#include "auth/verify.h"
#include "auth_vectors.h"
#include "shim.h"
#include "test.h"


#define NOW  1300819000              /* before the vectors' "exp" */


static api_auth_keys_t *
keys_of(ngx_pool_t *pool, const char *jwks)
{
    ngx_str_t         text;
    ngx_array_t      *faults;
    api_auth_keys_t  *keys;

    text = test_str(jwks);
    keys = ngx_pcalloc(pool, sizeof(api_auth_keys_t));
    faults = ngx_array_create(pool, 4, sizeof(api_auth_fault_t));

    check_int(api_auth_jwk_read(pool, &text, 0, keys, faults), NGX_OK);
    check_int(faults->nelts, 0);

    return keys;
}


/* by the first key that signs */

static ngx_str_t
token_of(ngx_pool_t *pool, api_auth_keys_t *keys, const char *claims)
{
    ngx_str_t              text, token;
    api_auth_key_t        *key;
    api_auth_algorithm_e   algorithm;

    text = test_str(claims);
    key = api_auth_key_signer(keys, 0, NULL, &algorithm);
    check(key != NULL);

    token.data = ngx_pnalloc(pool, api_auth_sign_size(key, &text));
    check_int(api_auth_sign(key, algorithm, &text, &token), NGX_OK);
    check(token.len <= api_auth_sign_size(key, &text));

    return test_copy(pool, token.data, token.len);
}


/* the word of the reason, or "ok" */

static const char *
ask(ngx_pool_t *pool, const ngx_str_t *token, api_auth_keys_t *keys,
    const api_auth_rules_t *rules, time_t now, api_auth_claims_t *claims)
{
    api_auth_reason_e  reason;

    switch (api_auth_jwt(pool, token, keys, rules, now, claims, &reason)) {

    case NGX_OK:
        return "ok";

    case NGX_DECLINED:
        return (char *) api_auth_reason_word(reason)->data;

    default:
        return "error";
    }
}


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
    api_auth_rules_t    rules;
    api_auth_claims_t   claims;
    static const char  *pairs[][2] = {
        { VECTOR_HS256_KEY, VECTOR_HS256 }, { VECTOR_RS256_KEY, VECTOR_RS256 },
        { VECTOR_ES256_KEY, VECTOR_ES256 }
    };

    ngx_memzero(&rules, sizeof(api_auth_rules_t));

    for (i = 0; i < 3; i++) {
        keys = keys_of(pool, pairs[i][0]);
        token = test_copy(pool, pairs[i][1], strlen(pairs[i][1]));

        check_cstr(ask(pool, &token, keys, &rules, NOW, &claims), "ok");

        for (at = 0; at < token.len; at++) {
            for (bit = 0; bit < 8; bit += i == 0 ? 1 : 5) {
                token.data[at] ^= (u_char) (1 << bit);
                check(strcmp(ask(pool, &token, keys, &rules, NOW, &claims),
                             "ok") != 0);
                token.data[at] ^= (u_char) (1 << bit);
            }
        }

        check_cstr(ask(pool, &token, keys, &rules, NOW, &claims), "ok");
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


static void
signs_what_it_verifies(ngx_pool_t *pool)
{
    EVP_PKEY              *pkey;
    ngx_str_t              text, token, pem, kid;
    ngx_uint_t             i, a;
    const char            *why;
    api_auth_key_t        *key;
    api_auth_keys_t        keys, public;
    api_auth_rules_t       rules;
    api_auth_claims_t      claims;
    api_auth_algorithm_e   algorithm;
    static const char     *curves[] = { "P-256", "P-384", "P-521" };

    text = test_str("{\"exp\":1300819380,\"sub\":\"me\"}");
    kid = test_str("a \"\\\x01\xc3\xa4");

    for (i = 0; i < 6; i++) {
        test_note("key %d", (int) i);

        ngx_memzero(&keys, sizeof(api_auth_keys_t));
        ngx_memzero(&public, sizeof(api_auth_keys_t));
        ngx_memzero(&rules, sizeof(api_auth_rules_t));

        if (i == 0) {
            key = api_auth_key_new(pool);
            pem = test_str("0123456789012345678901234567890123456789"
                           "0123456789012345678901234567890123456789");
            check_int(api_auth_key_secret(key, &pem, &why), NGX_OK);
            check_int(api_auth_key_add(&keys, key), NGX_OK);
            check_int(api_auth_key_add(&public, key), NGX_OK);

        } else {
            pkey = i == 1 ? EVP_RSA_gen(2048)
                   : i == 5 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                   : EVP_EC_gen(curves[i - 2]);

            pem = pem_of(pool, pkey, 1);
            check_int(api_auth_pem_read(pool, &pem, &kid, &key, &why), NGX_OK);
            check_int(key->signs, 1);
            check_int(api_auth_key_add(&keys, key), NGX_OK);

            pem = pem_of(pool, pkey, 0);
            check_int(api_auth_pem_read(pool, &pem, &kid, &key, &why), NGX_OK);
            check_int(key->signs, 0);
            check_int(api_auth_key_add(&public, key), NGX_OK);

            EVP_PKEY_free(pkey);
        }

        for (a = 0; a < API_AUTH_ALGORITHMS; a++) {
            rules.algorithms = api_auth_algorithm_bit(a);
            key = api_auth_key_signer(&keys, rules.algorithms, NULL,
                                      &algorithm);

            if (key == NULL) {
                check_int(keys.key[0]->may & rules.algorithms, 0);
                continue;
            }

            check_int(algorithm, a);

            token.data = ngx_pnalloc(pool, api_auth_sign_size(key, &text));
            check_int(api_auth_sign(key, algorithm, &text, &token), NGX_OK);

            check_cstr(ask(pool, &token, &public, &rules, NOW, &claims), "ok");
            check_str(&claims.sub, "me");

            rules.algorithms = ((ngx_uint_t) 1 << API_AUTH_ALGORITHMS) - 1
                               - rules.algorithms;
            check_cstr(ask(pool, &token, &public, &rules, NOW, &claims),
                       "key_alg");
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
    api_auth_rules_t    rules;
    api_auth_claims_t   claims;

    ngx_memzero(&rules, sizeof(api_auth_rules_t));

    keys = keys_of(pool, "{" VECTOR_ES256_POINT ",\"kid\":\"b\",\"d\":"
                         "\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}");
    one = token_of(pool, keys, "{\"exp\":1300819380}");

    keys = keys_of(pool, VECTOR_ES256_PRIVATE);
    two = token_of(pool, keys, "{\"exp\":1300819380}");

    both = keys_of(pool, "{\"keys\":["
                         "{" VECTOR_ED25519_POINT ",\"kid\":\"a\"},"
                         "{" VECTOR_ES256_POINT ",\"kid\":\"b\"}]}");

    check_cstr(ask(pool, &one, both, &rules, NOW, &claims), "ok");
    check_cstr(ask(pool, &two, both, &rules, NOW, &claims), "ok");

    /* a key without a name is nobody's by name */

    check_cstr(ask(pool, &one, keys, &rules, NOW, &claims), "key_unknown");

    both->key[1]->verifies = 0;
    check_cstr(ask(pool, &one, both, &rules, NOW, &claims), "key_alg");

    both->count = 0;
    check_cstr(ask(pool, &one, both, &rules, NOW, &claims), "key_unknown");
}


static void
demands_what_is_configured(ngx_pool_t *pool)
{
    ngx_str_t          token;
    ngx_uint_t         i;
    api_auth_keys_t   *keys;
    api_auth_rules_t   rules;
    api_auth_claims_t  claims;
    static ngx_str_t   issuers[] = { ngx_string("x"), ngx_string("joe") };
    static ngx_str_t   audiences[] = { ngx_string("api"), ngx_string("b") };
    static const struct {
        const char  *claims;
        ngx_uint_t   issuers;
        ngx_uint_t   audiences;
        time_t       leeway;
        const char  *word;
    } tries[] = {
        { "{\"exp\":1300819001}", 0, 0, 0, "ok" },
        { "{\"exp\":1300819000.9}", 0, 0, 0, "expired" },
        { "{\"exp\":1.300819001e9}", 0, 0, 0, "ok" },
        { "{\"exp\":1300819001000E-3}", 0, 0, 0, "ok" },
        { "{\"exp\":13008190e2}", 0, 0, 0, "expired" },
        { "{\"exp\":13008191e2}", 0, 0, 0, "ok" },
        { "{\"exp\":9007199254740991}", 0, 0, 0, "ok" },
        { "{\"exp\":9007199254740992}", 0, 0, 0, "exp_form" },
        { "{\"exp\":-0}", 0, 0, 0, "expired" },
        { "{\"exp\":-1}", 0, 0, 0, "exp_form" },
        { "{\"exp\":1300818970}", 0, 0, 30, "expired" },
        { "{\"exp\":1300818971}", 0, 0, 30, "ok" },
        { "{\"exp\":2e9,\"nbf\":1300819030}", 0, 0, 30, "ok" },
        { "{\"exp\":2e9,\"nbf\":1300819031}", 0, 0, 30, "not_yet" },
        { "{\"exp\":2e9,\"iat\":1300819031}", 0, 0, 30, "iat" },
        { "{\"exp\":2e9,\"iat\":0.5}", 0, 0, 30, "ok" },
        { "{\"exp\":2e9,\"iss\":\"joe\"}", 2, 0, 0, "ok" },
        { "{\"exp\":2e9,\"iss\":\"joe\"}", 1, 0, 0, "iss" },
        { "{\"exp\":2e9,\"iss\":\"joe/\"}", 2, 0, 0, "iss" },
        { "{\"exp\":2e9,\"iss\":\"\"}", 2, 0, 0, "iss" },
        { "{\"exp\":2e9}", 1, 0, 0, "iss_missing" },
        { "{\"exp\":2e9,\"iss\":null}", 1, 0, 0, "iss_form" },
        { "{\"exp\":2e9,\"aud\":\"api\"}", 0, 2, 0, "ok" },
        { "{\"exp\":2e9,\"aud\":[\"z\",\"b\"]}", 0, 2, 0, "ok" },
        { "{\"exp\":2e9,\"aud\":[\"z\",\"b\"]}", 0, 1, 0, "aud" },
        { "{\"exp\":2e9,\"aud\":[]}", 0, 1, 0, "aud" },
        { "{\"exp\":2e9,\"aud\":\"API\"}", 0, 1, 0, "aud" },
        { "{\"exp\":2e9,\"aud\":[\"api\",7]}", 0, 1, 0, "aud_form" },
        { "{\"exp\":2e9}", 0, 1, 0, "aud_missing" },
        { "{\"exp\":2e9,\"aud\":\"api\"}", 0, 0, 0, "aud_unasked" },
    };

    keys = keys_of(pool, VECTOR_HS256_KEY);

    for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        test_note("%s", tries[i].claims);

        ngx_memzero(&rules, sizeof(api_auth_rules_t));

        rules.issuers = issuers;
        rules.nissuers = tries[i].issuers;
        rules.audiences = audiences;
        rules.naudiences = tries[i].audiences;
        rules.leeway = tries[i].leeway;

        token = token_of(pool, keys, tries[i].claims);
        check_cstr(ask(pool, &token, keys, &rules, NOW, &claims),
                   tries[i].word);
    }

    ngx_memzero(&rules, sizeof(api_auth_rules_t));
    rules.no_exp = 1;
    rules.any_audience = 1;
    token = token_of(pool, keys, "{\"aud\":\"api\"}");
    check_cstr(ask(pool, &token, keys, &rules, NOW, &claims), "ok");
    check_int(claims.exp, -1);
    check_int(claims.iat, -1);
    check(claims.sub.data == NULL);

    rules.at_jwt = 1;
    check_cstr(ask(pool, &token, keys, &rules, NOW, &claims), "typ");
}


/* {"alg":"HS256","typ":"…"} signed by hand */

static void
takes_access_tokens_only(ngx_pool_t *pool)
{
    char                header[64];
    u_char             *p, mac[64];
    size_t              len;
    ngx_str_t           token;
    ngx_uint_t          i;
    api_auth_keys_t    *keys;
    api_auth_rules_t    rules;
    api_auth_claims_t   claims;
    static const char  *types[] = { "at+jwt", "AT+JWT", "application/at+jwt",
                                    "JWT", "at+jwt2", "application/jwt" };

    ngx_memzero(&rules, sizeof(api_auth_rules_t));
    rules.at_jwt = 1;

    keys = keys_of(pool, VECTOR_HS256_KEY);

    for (i = 0; i < 6; i++) {
        sprintf(header, "{\"alg\":\"HS256\",\"typ\":\"%s\"}", types[i]);

        token.data = ngx_pnalloc(pool, 512);
        p = api_auth_base64url_encode(token.data, (u_char *) header,
                                      strlen(header));
        *p++ = '.';
        p = ngx_cpymem(p, VECTOR_CLAIMS, sizeof(VECTOR_CLAIMS) - 1);

        check(EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL,
                        keys->key[0]->secret.data, keys->key[0]->secret.len,
                        token.data, (size_t) (p - token.data), mac,
                        sizeof(mac), &len) != NULL);
        *p++ = '.';
        p = api_auth_base64url_encode(p, mac, len);
        token.len = (size_t) (p - token.data);

        check_cstr(ask(pool, &token, keys, &rules, NOW, &claims),
                   i < 3 ? "ok" : "typ");
    }
}


static void
finds_claims(ngx_pool_t *pool)
{
    ngx_int_t           rc;
    ngx_str_t           token, text, out;
    ngx_uint_t          i;
    const char         *why;
    api_auth_path_t     path;
    api_auth_keys_t    *keys;
    api_auth_rules_t    rules;
    api_auth_claims_t   claims, copy;
    u_char             *block;
    static const char   body[] =
        "{\"exp\":2e9, \"sub\":\"\xc3\xa4\",\"jti\":\"j\",\"n\":1.50,"
        "\"tenant\":{\"id\":7,\"null\":null,\"a.b\":{\"\\\"\":true}},"
        "\"a\":[1,\"x\\n\",{\"b\":false}]}";
    static const char  *found[][2] = {
        { "sub", "\xc3\xa4" }, { "n", "1.50" }, { "tenant.id", "7" },
        { "tenant.\"a.b\".\"\\\"\"", "true" },
        { "\"tenant\".id", "7" },
        { "a", "[1,\"x\\n\",{\"b\":false}]" },
        { "tenant.null", NULL }, { "tenant.x", NULL }, { "n.x", NULL },
        { "a.b", NULL }, { "Sub", NULL },
        { "tenant", "{\"id\":7,\"null\":null,\"a.b\":{\"\\\"\":true}}" }
    };
    static const char  *bad[] = { "", ".", "a.", ".a", "a..b", "\"\"", "\"a",
                                  "a\"b", "\"a\"b", "\"a\".",
                                  "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a" };

    ngx_memzero(&rules, sizeof(api_auth_rules_t));

    keys = keys_of(pool, VECTOR_HS256_KEY);
    token = token_of(pool, keys, body);
    check_cstr(ask(pool, &token, keys, &rules, NOW, &claims), "ok");

    block = malloc(api_auth_claims_size(&claims));
    api_auth_claims_copy(&claims, block, &copy);

    check_str(&copy.sub, "\xc3\xa4");
    check_str(&copy.jti, "j");
    check_int(copy.exp, 2000000000);
    check_bytes(copy.text.data, copy.text.len, body, sizeof(body) - 1);
    check(copy.text.data[copy.text.len] == '\0');

    for (i = 0; i < 2 * sizeof(found) / sizeof(found[0]); i++) {
        test_note("%s", found[i / 2][0]);

        text = test_str(found[i / 2][0]);
        check_int(api_auth_path_read(pool, &text, &path, &why), NGX_OK);

        rc = api_auth_claims_text(pool, i % 2 ? &copy : &claims, &path, &out);

        if (found[i / 2][1] == NULL) {
            check_int(rc, NGX_DECLINED);

        } else {
            check_int(rc, NGX_OK);
            check_bytes(out.data, out.len, found[i / 2][1],
                        strlen(found[i / 2][1]));
        }
    }

    free(block);

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test_note("%s", bad[i]);

        text = test_copy(pool, bad[i], strlen(bad[i]));
        check_int(api_auth_path_read(pool, &text, &path, &why), NGX_DECLINED);
    }
}


static void
reads_the_header(ngx_pool_t *pool)
{
    ngx_str_t           value, scheme, token;
    ngx_uint_t          i;
    static const char  *values[][2] = {
        { "Bearer a.b.c", "a.b.c" }, { "bearer a", "a" },
        { "BEARER   a b", "a b" }, { "Bearer", NULL }, { "Bearer ", NULL },
        { "Bearera", NULL }, { "Basic YTpi", NULL }, { "", NULL },
        { "Bearer\ta", NULL }, { " Bearer a", NULL }
    };

    scheme = test_str("Bearer");

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        test_note("%s", values[i][0]);

        value = test_copy(pool, values[i][0], strlen(values[i][0]));

        if (values[i][1] == NULL) {
            check_int(api_auth_jwt_bearer(&value, &scheme, &token),
                      NGX_DECLINED);

        } else {
            check_int(api_auth_jwt_bearer(&value, &scheme, &token), NGX_OK);
            check_bytes(token.data, token.len, values[i][1],
                        strlen(values[i][1]));
        }
    }
}


static void
tells_a_client_little(ngx_pool_t *pool)
{
    ngx_uint_t  i;

    (void) pool;

    check_cstr(api_auth_reason_client(API_AUTH_REASON_MISSING),
               "an access token is required");

    /* of two nobody says which is meant: it is as if none were sent */

    check_cstr(api_auth_reason_client(API_AUTH_REASON_SEVERAL),
               "an access token is required");

    for (i = API_AUTH_REASON_SEVERAL + 1; i < API_AUTH_REASONS; i++) {
        check_cstr(api_auth_reason_client((api_auth_reason_e) i),
                   "the access token is not valid");
        check(api_auth_reason_word((api_auth_reason_e) i)->len != 0);
        check(api_auth_reason_sentence((api_auth_reason_e) i)->len != 0);
    }
}


static ngx_int_t
verify_once(ngx_pool_t *pool, void *data)
{
    ngx_str_t          token;
    api_auth_rules_t   rules;
    api_auth_claims_t  claims;
    api_auth_reason_e  reason;

    ngx_memzero(&rules, sizeof(api_auth_rules_t));
    token = test_str(VECTOR_ES256);

    return api_auth_jwt(pool, &token, data, &rules, NOW, &claims, &reason);
}


static void
tells_when_memory_is_short(ngx_pool_t *pool)
{
    check_oom(verify_once, keys_of(pool, VECTOR_ES256_KEY));
}


static const test_case_t  cases[] = {
    { "knows the RFCs' signatures", knows_the_rfcs_signatures },
    { "sees each bit", sees_each_bit },
    { "signs what it verifies", signs_what_it_verifies },
    { "signs as the RFC", signs_as_the_rfc },
    { "chooses among keys", chooses_among_keys },
    { "demands what is configured", demands_what_is_configured },
    { "takes access tokens only", takes_access_tokens_only },
    { "finds claims", finds_claims },
    { "reads the header", reads_the_header },
    { "tells a client little", tells_a_client_little },
    { "tells when memory is short", tells_when_memory_is_short },
    { NULL, NULL }
};


int
main(void)
{
    return api_auth_jwt_init() == NGX_OK ? test_run(cases) : 2;
}
