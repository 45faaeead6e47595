
#include "auth/base64url.h"
#include "auth/jws.h"
#include "test.h"


#define LONG  "0123456789012345678901234567890123456789012345678901234567"     \
              "890123456789012345678901234567890123456789"


static const struct {
    const char           *header;
    ngx_int_t             rc;
    api_auth_algorithm_e  algorithm;
    const char           *kid;           /* or the word of the reason */
    const char           *typ;
} headers[] = {
    { "{\"alg\":\"HS256\"}", NGX_OK, API_AUTH_HS256, NULL, "" },
    { "{\"alg\":\"HS512\"}", NGX_OK, API_AUTH_HS512, NULL, "" },
    { "{\"alg\":\"HS255\"}", NGX_DECLINED, API_AUTH_HS256, "alg", NULL },
    { "{\"alg\":\"ES256\",\"kid\":\"a\",\"typ\":\"JWT\"}", NGX_OK,
      API_AUTH_ES256, "a", "JWT" },
    { "{\"alg\":\"ES256\",\"kid\":\"b\",\"typ\":\"JWT\"}", NGX_OK,
      API_AUTH_ES256, "b", "JWT" },
    { "{\"alg\":\"ES256\",\"kid\":\"\",\"type\":\"JWT\"}", NGX_DECLINED,
      API_AUTH_HS256, "kid", NULL },
    { "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}", NGX_OK, API_AUTH_RS256, NULL,
      "at+jwt" },
    { "{\"alg\":\"RS256\",\"kid\":\"" LONG LONG "\",\"typ\":\"" LONG LONG
      "\"}", NGX_OK, API_AUTH_RS256, LONG LONG, LONG LONG },
    { "{\"alg\":\"RS256\",\"crit\":[]}", NGX_DECLINED, API_AUTH_RS256,
      "crit", NULL },
    { "", NGX_DECLINED, API_AUTH_RS256, "header", NULL }
};

#define HEADERS  (sizeof(headers) / sizeof(headers[0]))


static void
reads(ngx_pool_t *pool, ngx_uint_t i)
{
    u_char              room[2048], *p;
    size_t              len;
    ngx_str_t           token;
    ngx_pool_t         *own;
    api_auth_jws_t      jws;
    api_auth_reason_e   reason;

    len = strlen(headers[i].header);
    p = api_auth_base64url_encode(room, (const u_char *) headers[i].header,
                                  len);
    p = ngx_cpymem(p, ".e30.AQ", 7);

    token = test_copy(pool, room, (size_t) (p - room));
    own = ngx_create_pool(0, NULL);

    check_int(api_auth_jws_read(own, &token, &jws, &reason), headers[i].rc);

    if (headers[i].rc != NGX_OK) {
        check_cstr(api_auth_reason_word(reason)->data, headers[i].kid);

    } else {
        check_int(jws.algorithm, headers[i].algorithm);
        check_int(jws.has_kid, headers[i].kid != NULL);
        check_bytes(jws.kid.data, jws.kid.len, headers[i].kid,
                    headers[i].kid != NULL ? strlen(headers[i].kid) : 0);
        check_bytes(jws.typ.data, jws.typ.len, headers[i].typ,
                    strlen(headers[i].typ));
        check_str(&jws.payload, "{}");
        check_str(&jws.signature, "\001");
        check_int(jws.signing.len, token.len - 3);
    }

    ngx_destroy_pool(own);
}


/* each behind each: what was said of one is not taken for the next's */

static void
tells_headers_apart(ngx_pool_t *pool)
{
    ngx_uint_t  i, j;

    for (i = 0; i < HEADERS; i++) {
        for (j = 0; j < HEADERS; j++) {
            test_note("%d behind %d", (int) j, (int) i);

            reads(pool, i);
            reads(pool, j);
            reads(pool, j);
        }
    }
}


static void
looks_at_each_part(ngx_pool_t *pool)
{
    ngx_str_t           token;
    ngx_uint_t          i;
    api_auth_jws_t      jws;
    api_auth_reason_e   reason;
    static const struct {
        const char  *text;
        const char  *word;
    } tokens[] = {
        { "eyJhbGciOiJIUzI1NiJ9.e30=.AQ", "base64" },
        { "eyJhbGciOiJIUzI1NiJ9.e30.A", "base64" },
        { "eyJhbGciOiJIUzI1NiJ9.e30", "form" },
        { "eyJhbGciOiJIUzI1NiJ9.e30.AQ.", "form" },
        { "eyJhbGciOiJIUzI1NiJ9.a.b.c.d", "encrypted" },
        { "eyJhbGciOiJIUzI1NiJ.e30.AQ", "base64" },
        { "", "missing" }
    };

    reads(pool, 0);

    for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        token = test_copy(pool, tokens[i].text, strlen(tokens[i].text));
        check_int(api_auth_jws_read(pool, &token, &jws, &reason),
                  NGX_DECLINED);
        check_cstr(api_auth_reason_word(reason)->data, tokens[i].word);
    }
}


static const test_case_t  cases[] = {
    { "tells headers apart", tells_headers_apart },
    { "looks at each part", looks_at_each_part },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
