
#include <openssl/evp.h>

#include "auth/base64url.h"
#include "auth_ask.h"


static void
demands_what_is_configured(ngx_pool_t *pool)
{
    ngx_str_t           token;
    ngx_uint_t          i;
    api_auth_keys_t    *keys;
    api_auth_demands_t  demands;
    api_auth_claims_t   claims;
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

        ngx_memzero(&demands, sizeof(api_auth_demands_t));

        demands.issuers = issuers;
        demands.nissuers = tries[i].issuers;
        demands.audiences = audiences;
        demands.naudiences = tries[i].audiences;
        demands.leeway = tries[i].leeway;

        token = token_of(pool, keys, tries[i].claims);
        check_cstr(ask(pool, &token, keys, &demands, NOW, &claims),
                   tries[i].word);
    }

    ngx_memzero(&demands, sizeof(api_auth_demands_t));
    demands.no_exp = 1;
    demands.any_audience = 1;
    token = token_of(pool, keys, "{\"aud\":\"api\"}");
    check_cstr(ask(pool, &token, keys, &demands, NOW, &claims), "ok");
    check_int(claims.exp, -1);
    check_int(claims.iat, -1);
    check(claims.sub.data == NULL);

    demands.at_jwt = 1;
    check_cstr(ask(pool, &token, keys, &demands, NOW, &claims), "typ");
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
    api_auth_demands_t  demands;
    api_auth_claims_t   claims;
    static const char  *types[] = { "at+jwt", "AT+JWT", "application/at+jwt",
                                    "JWT", "at+jwt2", "application/jwt" };

    ngx_memzero(&demands, sizeof(api_auth_demands_t));
    demands.at_jwt = 1;

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

        check_cstr(ask(pool, &token, keys, &demands, NOW, &claims),
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
    api_auth_demands_t  demands;
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

    ngx_memzero(&demands, sizeof(api_auth_demands_t));

    keys = keys_of(pool, VECTOR_HS256_KEY);
    token = token_of(pool, keys, body);
    check_cstr(ask(pool, &token, keys, &demands, NOW, &claims), "ok");

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
    ngx_str_t           token;
    api_auth_demands_t  demands;
    api_auth_claims_t   claims;
    api_auth_reason_e   reason;

    ngx_memzero(&demands, sizeof(api_auth_demands_t));
    token = test_str(VECTOR_ES256);

    return api_auth_jwt(pool, &token, data, &demands, NOW, &claims, &reason);
}


static void
tells_when_memory_is_short(ngx_pool_t *pool)
{
    check_oom(verify_once, keys_of(pool, VECTOR_ES256_KEY));
}


static const test_case_t  cases[] = {
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
