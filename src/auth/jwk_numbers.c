
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "auth/base64url.h"
#include "auth/jwk_parts.h"
#include "auth/sign.h"


/* bytes of a number: of the longest modulus, a zero before it */
#define JWK_NUMBER  (API_AUTH_RSA_MOST / 8 + 1)
#define JWK_NUMBERS  8


/* what becomes an EVP_PKEY; OpenSSL copies nothing before it is made */
typedef struct {
    OSSL_PARAM_BLD  *build;
    BIGNUM          *number[JWK_NUMBERS];
    ngx_uint_t       count;
    u_char           point[1 + 2 * 66];
} making_t;


static ngx_int_t read_secret(ngx_pool_t *pool, const api_json_t *jwk,
    api_auth_key_t *key, const char **why);
static ngx_int_t read_okp(const api_json_t *jwk, api_auth_key_t *key,
    const char **why);
static ngx_int_t read_rsa(const api_json_t *jwk, making_t *m,
    const char **why);
static ngx_int_t read_ec(const api_json_t *jwk, making_t *m, const char **why);
static ngx_int_t make(const api_json_t *jwk, ngx_uint_t is_ec,
    api_auth_key_t *key, const char **why);
static EVP_PKEY *build(making_t *m, ngx_uint_t is_ec);
static ngx_int_t add_number(making_t *m, const api_json_t *jwk,
    const char *name, const char *param);
static ngx_int_t bytes(const api_json_t *jwk, const char *name, u_char *out,
    size_t size, size_t *len);


ngx_int_t
api_auth_jwk_numbers(ngx_pool_t *pool, const api_json_t *jwk,
    ngx_uint_t is_public, api_auth_key_t *key, const char **why)
{
    ngx_int_t          rc;
    const ngx_str_t   *name;
    const api_json_t  *kty;

    kty = api_auth_jwk_member(jwk, "kty");

    if (kty == NULL || kty->type != API_JSON_STRING) {
        *why = "it has no \"kty\"";
        return NGX_DECLINED;
    }

    name = &kty->text;

    if (is_public
        && (api_str_is(name, "oct") || api_auth_jwk_member(jwk, "d") != NULL))
    {
        *why = "it is a secret or private key, which nobody may publish";
        return NGX_DECLINED;
    }

    if (api_str_is(name, "oct")) {
        return read_secret(pool, jwk, key, why);
    }

    if (api_str_is(name, "OKP")) {
        return read_okp(jwk, key, why);
    }

    if (!api_str_is(name, "RSA") && !api_str_is(name, "EC")) {
        *why = "its \"kty\" is none of RSA, EC, OKP and oct";
        return NGX_DECLINED;
    }

    ERR_set_mark();

    rc = make(jwk, api_str_is(name, "EC"), key, why);

    (void) ERR_pop_to_mark();

    if (rc == NGX_OK && key->signs) {
        *why = "its private half belongs to another key";
        rc = api_auth_sign_proves(key);
    }

    return rc;
}


static ngx_int_t
read_secret(ngx_pool_t *pool, const api_json_t *jwk, api_auth_key_t *key,
    const char **why)
{
    u_char      *room;
    ngx_int_t    rc;
    ngx_str_t    secret;

    room = ngx_pnalloc(pool, API_AUTH_SECRET + 1);
    if (room == NULL) {
        return NGX_ERROR;
    }

    *why = "its \"k\" is no base64url of at most 4096 bytes";
    secret.data = room;

    rc = bytes(jwk, "k", room, API_AUTH_SECRET, &secret.len);

    if (rc == NGX_OK) {
        rc = api_auth_key_secret(key, &secret, why);
    }

    sodium_memzero(room, API_AUTH_SECRET);

    return rc;
}


static ngx_int_t
read_okp(const api_json_t *jwk, api_auth_key_t *key, const char **why)
{
    u_char             x[32], d[32];
    size_t             len;
    ngx_int_t          rc;
    ngx_uint_t         is_private;
    const api_json_t  *crv;

    crv = api_auth_jwk_member(jwk, "crv");

    if (crv == NULL || crv->type != API_JSON_STRING
        || !api_str_is(&crv->text, "Ed25519"))
    {
        *why = "its \"crv\" is not Ed25519";
        return NGX_DECLINED;
    }

    *why = "its \"x\" or \"d\" is no base64url of 32 bytes";

    if (bytes(jwk, "x", x, sizeof(x), &len) != NGX_OK || len != sizeof(x)) {
        return NGX_DECLINED;
    }

    is_private = api_auth_jwk_member(jwk, "d") != NULL;

    if (is_private
        && (bytes(jwk, "d", d, sizeof(d), &len) != NGX_OK
            || len != sizeof(d)))
    {
        return NGX_DECLINED;
    }

    rc = api_auth_key_ed25519(key, x, is_private ? d : NULL, why);

    sodium_memzero(d, sizeof(d));

    return rc;
}


static ngx_int_t
make(const api_json_t *jwk, ngx_uint_t is_ec, api_auth_key_t *key,
    const char **why)
{
    EVP_PKEY    *pkey;
    making_t     m;
    ngx_int_t    rc;
    ngx_uint_t   i;

    ngx_memzero(&m, sizeof(making_t));

    pkey = NULL;

    m.build = OSSL_PARAM_BLD_new();
    if (m.build == NULL) {
        return NGX_ERROR;
    }

    rc = is_ec ? read_ec(jwk, &m, why) : read_rsa(jwk, &m, why);

    if (rc == NGX_OK) {
        pkey = build(&m, is_ec);

        if (pkey == NULL) {
            *why = "its numbers are no such key's";
            rc = NGX_DECLINED;
        }
    }

    OSSL_PARAM_BLD_free(m.build);

    for (i = 0; i < m.count; i++) {
        BN_clear_free(m.number[i]);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return api_auth_key_adopt(key, pkey,
                              api_auth_jwk_member(jwk, "d") != NULL, why);
}


static EVP_PKEY *
build(making_t *m, ngx_uint_t is_ec)
{
    EVP_PKEY      *pkey;
    OSSL_PARAM    *params;
    EVP_PKEY_CTX  *ctx;

    pkey = NULL;

    params = OSSL_PARAM_BLD_to_param(m->build);
    ctx = EVP_PKEY_CTX_new_from_name(NULL, is_ec ? "EC" : "RSA", NULL);

    if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1
        || EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
    {
        pkey = NULL;
    }

    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);

    return pkey;
}


static ngx_int_t
read_rsa(const api_json_t *jwk, making_t *m, const char **why)
{
    ngx_int_t          rc;
    ngx_uint_t         i;
    static const char  *names[] = { "p", "q", "dp", "dq", "qi" };
    static const char  *params[] = {
        OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
        OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
        OSSL_PKEY_PARAM_RSA_COEFFICIENT1
    };

    if (api_auth_jwk_member(jwk, "oth") != NULL) {
        *why = "it has more than two primes (\"oth\")";
        return NGX_DECLINED;
    }

    *why = "one of its numbers is missing, or no base64url of at most 1025 "
           "bytes";

    rc = add_number(m, jwk, "n", OSSL_PKEY_PARAM_RSA_N);

    if (rc == NGX_OK) {
        rc = add_number(m, jwk, "e", OSSL_PKEY_PARAM_RSA_E);
    }

    if (rc != NGX_OK || api_auth_jwk_member(jwk, "d") == NULL) {
        return rc;
    }

    rc = add_number(m, jwk, "d", OSSL_PKEY_PARAM_RSA_D);

    /* they make it quicker: all or none (RFC 7518, section 6.3.2) */

    for (i = 0; i < 5 && rc == NGX_OK
                && api_auth_jwk_member(jwk, "p") != NULL; i++)
    {
        rc = add_number(m, jwk, names[i], params[i]);
    }

    return rc;
}


static ngx_int_t
read_ec(const api_json_t *jwk, making_t *m, const char **why)
{
    u_char                      *point;
    size_t                       len, number;
    ngx_uint_t                   i;
    const char                  *group;
    const api_json_t            *crv;
    const api_auth_algorithm_t  *a;
    static const char           *groups[] = {
        "prime256v1", "secp384r1", "secp521r1"
    };

    group = NULL;
    number = 0;

    crv = api_auth_jwk_member(jwk, "crv");

    for (i = 0; i < 3 && crv != NULL && crv->type == API_JSON_STRING; i++) {
        a = api_auth_algorithm((api_auth_algorithm_e) (API_AUTH_ES256 + i));

        if (crv->text.len == ngx_strlen(a->curve)
            && ngx_memcmp(crv->text.data, a->curve, crv->text.len) == 0)
        {
            group = groups[i];
            number = a->number;
        }
    }

    if (group == NULL) {
        *why = "its \"crv\" is none of P-256, P-384 and P-521";
        return NGX_DECLINED;
    }

    *why = "its \"x\", \"y\" or \"d\" is no base64url as long as its curve's "
           "numbers";

    point = m->point;
    point[0] = POINT_CONVERSION_UNCOMPRESSED;

    if (bytes(jwk, "x", point + 1, number, &len) != NGX_OK || len != number
        || bytes(jwk, "y", point + 1 + number, number, &len) != NGX_OK
        || len != number)
    {
        return NGX_DECLINED;
    }

    if (OSSL_PARAM_BLD_push_utf8_string(m->build, OSSL_PKEY_PARAM_GROUP_NAME,
                                        group, 0) != 1
        || OSSL_PARAM_BLD_push_octet_string(m->build, OSSL_PKEY_PARAM_PUB_KEY,
                                            point, 1 + 2 * number) != 1)
    {
        return NGX_ERROR;
    }

    return api_auth_jwk_member(jwk, "d") != NULL
           ? add_number(m, jwk, "d", OSSL_PKEY_PARAM_PRIV_KEY) : NGX_OK;
}


static ngx_int_t
add_number(making_t *m, const api_json_t *jwk, const char *name,
    const char *param)
{
    u_char     buf[JWK_NUMBER];
    size_t     len;
    BIGNUM    *number;
    ngx_int_t  rc;

    rc = bytes(jwk, name, buf, sizeof(buf), &len);

    if (rc == NGX_OK) {
        number = BN_secure_new();

        if (number == NULL || BN_bin2bn(buf, (int) len, number) == NULL) {
            BN_clear_free(number);
            rc = NGX_ERROR;

        } else {
            m->number[m->count++] = number;

            if (OSSL_PARAM_BLD_push_BN(m->build, param, number) != 1) {
                rc = NGX_ERROR;
            }
        }
    }

    sodium_memzero(buf, sizeof(buf));

    return rc;
}


/* at least one, at most size */

static ngx_int_t
bytes(const api_json_t *jwk, const char *name, u_char *out, size_t size,
    size_t *len)
{
    u_char             room[API_AUTH_SECRET + 3];
    ngx_str_t          decoded;
    const api_json_t  *json;

    json = api_auth_jwk_member(jwk, name);

    if (json == NULL || json->type != API_JSON_STRING
        || json->text.len == 0
        || json->text.len > api_auth_base64url_size(size))
    {
        return NGX_DECLINED;
    }

    decoded.data = room;

    if (api_auth_base64url_decode(&json->text, &decoded) != NGX_OK
        || decoded.len == 0 || decoded.len > size)
    {
        return NGX_DECLINED;
    }

    ngx_memcpy(out, room, decoded.len);
    *len = decoded.len;

    sodium_memzero(room, decoded.len);

    return NGX_OK;
}


const api_json_t *
api_auth_jwk_member(const api_json_t *jwk, const char *name)
{
    ngx_str_t  key;

    key.data = api_unconst(name);
    key.len = ngx_strlen(name);

    return api_json_member(jwk, &key);
}
