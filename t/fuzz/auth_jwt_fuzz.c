
/*
 * A token's text, or, behind a line "sign", its header and, on the next line,
 * its claims, which are signed first.  What is accepted has the signature that
 * OpenSSL makes of it, and is what jansson reads: no "crit", no "b64", the
 * key's "alg", an "exp" to come, no NUL.  Its parts are the only text of what
 * they stand for.
 */


#include <jansson.h>
#include <openssl/evp.h>

#include "auth/base64url.h"
#include "auth/jwt.h"
#include "auth/path.h"
#include "fuzz.h"


#define NOW     1000000000
#define SECRET  "01234567890123456789012345678901"
#define SIGN    "sign\n"
#define FLAGS   (JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL                      \
                 | JSON_DECODE_INT_AS_REAL)


static ngx_str_t sign(ngx_pool_t *pool, const ngx_str_t *text);
static void check_parts(const ngx_str_t *text, const api_auth_jws_t *jws);
static void check_mac(const api_auth_jws_t *jws);
static void check_header(const ngx_str_t *text);
static void check_claims(const api_auth_claims_t *claims);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char             *block;
    ngx_str_t           text, secret;
    ngx_int_t           rc;
    ngx_pool_t         *pool;
    const char         *why;
    api_auth_key_t     *key;
    api_auth_jws_t      jws;
    api_auth_keys_t     keys;
    api_auth_demands_t  demands;
    api_auth_claims_t   claims, copy;
    api_auth_reason_e   reason;

    fuzz_check(api_auth_jwt_init() == NGX_OK);

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);

    if (size > sizeof(SIGN) - 1
        && memcmp(data, SIGN, sizeof(SIGN) - 1) == 0)
    {
        text = sign(pool, &text);
    }

    ngx_memzero(&keys, sizeof(api_auth_keys_t));
    ngx_memzero(&demands, sizeof(api_auth_demands_t));
    demands.any_audience = 1;

    ngx_str_set(&secret, SECRET);
    key = api_auth_key_new(pool);
    fuzz_check(key != NULL);
    fuzz_check(api_auth_key_secret(key, &secret, &why) == NGX_OK);
    fuzz_check(api_auth_key_add(&keys, key) == NGX_OK);

    rc = api_auth_jws_read(pool, &text, &jws, &reason);
    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);

    if (rc == NGX_OK) {
        check_parts(&text, &jws);
    }

    rc = api_auth_jwt(pool, &text, &keys, &demands, NOW, &claims, &reason);
    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);

    if (rc == NGX_OK) {
        check_mac(&jws);
        check_header(&text);
        check_claims(&claims);

        block = malloc(api_auth_claims_size(&claims));
        fuzz_check(block != NULL);

        api_auth_claims_copy(&claims, block, &copy);
        check_claims(&copy);
        fuzz_check(api_auth_claims_size(&copy)
                   == api_auth_claims_size(&claims));
        free(block);

    } else {
        fuzz_check(reason > API_AUTH_REASON_NONE
                   && reason < API_AUTH_REASONS);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static ngx_str_t
sign(ngx_pool_t *pool, const ngx_str_t *text)
{
    u_char     *p, *line, *end, mac[32];
    size_t      len;
    ngx_str_t   token;

    p = text->data + sizeof(SIGN) - 1;
    end = text->data + text->len;

    line = memchr(p, '\n', (size_t) (end - p));
    line = line != NULL ? line : end;

    token.data = ngx_pnalloc(pool, 2 * text->len + 100);
    if (token.data == NULL) {
        exit(2);
    }

    p = api_auth_base64url_encode(token.data, p, (size_t) (line - p));
    *p++ = '.';

    if (line < end) {
        line++;
    }

    p = api_auth_base64url_encode(p, line, (size_t) (end - line));

    fuzz_check(EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, SECRET,
                         sizeof(SECRET) - 1, token.data,
                         (size_t) (p - token.data), mac, sizeof(mac), &len)
               != NULL);

    *p++ = '.';
    p = api_auth_base64url_encode(p, mac, sizeof(mac));

    token.len = (size_t) (p - token.data);

    return fuzz_copy(pool, token.data, token.len);
}


static void
check_parts(const ngx_str_t *text, const api_auth_jws_t *jws)
{
    u_char     *p, *dot, room[2 * API_AUTH_TOKEN];
    ngx_str_t   rest;

    fuzz_check(jws->signing.data == text->data
               && jws->signing.len < text->len);
    fuzz_check(jws->algorithm < API_AUTH_ALGORITHMS);
    fuzz_check(jws->kid.len <= API_AUTH_KID);
    fuzz_check(!jws->has_kid || jws->kid.len != 0);

    dot = memchr(text->data, '.', text->len);
    fuzz_check(dot != NULL);

    rest.data = dot + 1;
    rest.len = text->len - (size_t) (dot + 1 - text->data);

    p = api_auth_base64url_encode(room, jws->payload.data, jws->payload.len);
    *p++ = '.';
    p = api_auth_base64url_encode(p, jws->signature.data, jws->signature.len);

    fuzz_check((size_t) (p - room) == rest.len
               && memcmp(room, rest.data, rest.len) == 0);
}


static void
check_mac(const api_auth_jws_t *jws)
{
    u_char  mac[32];
    size_t  len;

    fuzz_check(EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, SECRET,
                         sizeof(SECRET) - 1, jws->signing.data,
                         jws->signing.len, mac, sizeof(mac), &len) != NULL);
    fuzz_check(jws->signature.len == len
               && memcmp(jws->signature.data, mac, len) == 0);
}


static void
check_header(const ngx_str_t *text)
{
    char        room[API_AUTH_TOKEN];
    json_t     *header;
    ngx_str_t   part, out;
    const char *alg;

    part.data = text->data;
    part.len = (size_t) ((u_char *) memchr(text->data, '.', text->len)
                         - text->data);
    out.data = (u_char *) room;
    fuzz_check(api_auth_base64url_decode(&part, &out) == NGX_OK);

    /* what jansson does not take of it (a NUL in a key) is another's test */

    header = json_loadb(room, out.len, FLAGS, NULL);

    if (header != NULL) {
        alg = json_string_value(json_object_get(header, "alg"));
        fuzz_check(alg != NULL && strcmp(alg, "HS256") == 0);
        fuzz_check(json_object_get(header, "crit") == NULL);
        fuzz_check(json_object_get(header, "b64") == NULL);
        json_decref(header);
    }
}


static void
check_claims(const api_auth_claims_t *claims)
{
    json_t  *tree, *exp, *sub;

    fuzz_check(claims->exp > NOW);

    tree = json_loadb((char *) claims->text.data, claims->text.len, FLAGS,
                      NULL);

    /* a number that is too large for a double */

    if (tree == NULL) {
        return;
    }

    fuzz_check(json_is_object(tree)
               && json_object_size(tree) == claims->tree->count);

    exp = json_object_get(tree, "exp");
    fuzz_check(json_is_number(exp) && json_number_value(exp) > NOW
               && (int64_t) json_number_value(exp) == claims->exp);

    sub = json_object_get(tree, "sub");
    fuzz_check(sub == NULL || json_is_string(sub));
    fuzz_check((sub != NULL) == (claims->sub.data != NULL));

    if (sub != NULL) {
        fuzz_check(json_string_length(sub) == claims->sub.len
                   && memcmp(json_string_value(sub), claims->sub.data,
                             claims->sub.len) == 0
                   && memchr(claims->sub.data, '\0', claims->sub.len)
                      == NULL);
    }

    json_decref(tree);
}
