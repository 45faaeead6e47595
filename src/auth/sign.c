
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "auth/base64url.h"
#include "auth/sign.h"
#include "auth/verify.h"


/* of RSA with API_AUTH_RSA_MOST bits; DER of ECDSA is shorter */
#define SIGN_SIZE  (API_AUTH_RSA_MOST / 8)

/* of a header but for its kid, a byte of which may become six */
#define SIGN_HEADER  64


static ngx_int_t sign_bytes(const api_auth_key_t *key,
    api_auth_algorithm_e algorithm, const ngx_str_t *text, ngx_str_t *out);
static ngx_int_t sign_secret(const api_auth_key_t *key,
    const api_auth_algorithm_t *a, const ngx_str_t *text, ngx_str_t *out);
static ngx_int_t sign_private(const api_auth_key_t *key,
    api_auth_algorithm_e algorithm, const ngx_str_t *text, ngx_str_t *out);
static ngx_int_t from_der(ngx_str_t *signature, size_t number);
static u_char *add_header(u_char *p, const api_auth_key_t *key,
    const api_auth_algorithm_t *a);
static u_char *add_escaped(u_char *p, const ngx_str_t *s);


size_t
api_auth_sign_size(const api_auth_key_t *key, const ngx_str_t *claims)
{
    return api_auth_base64url_size(SIGN_HEADER + 6 * key->kid.len) + 1
           + api_auth_base64url_size(claims->len) + 1
           + api_auth_base64url_size(SIGN_SIZE);
}


ngx_int_t
api_auth_sign(const api_auth_key_t *key, api_auth_algorithm_e algorithm,
    const ngx_str_t *claims, ngx_str_t *token)
{
    u_char     *p, header[SIGN_HEADER + 6 * API_AUTH_KID];
    u_char      signature[SIGN_SIZE];
    ngx_int_t   rc;
    ngx_str_t   text, out;

    p = add_header(header, key, api_auth_algorithm(algorithm));

    p = api_auth_base64url_encode(token->data, header, (size_t) (p - header));
    *p++ = '.';
    p = api_auth_base64url_encode(p, claims->data, claims->len);

    text.data = token->data;
    text.len = (size_t) (p - token->data);
    out.data = signature;

    ERR_set_mark();

    rc = sign_bytes(key, algorithm, &text, &out);

    (void) ERR_pop_to_mark();

    if (rc != NGX_OK) {
        return rc;
    }

    *p++ = '.';
    p = api_auth_base64url_encode(p, out.data, out.len);

    token->len = (size_t) (p - token->data);

    return NGX_OK;
}


ngx_int_t
api_auth_sign_proves(api_auth_key_t *key)
{
    u_char                signature[SIGN_SIZE];
    ngx_int_t             rc;
    ngx_str_t             text, out;
    ngx_uint_t            i;
    api_auth_algorithm_e  algorithm;

    for (i = 0; !(key->usual & api_auth_algorithm_bit(i)); i++) {
        /* it has one */
    }

    algorithm = (api_auth_algorithm_e) i;

    ngx_str_set(&text, "are these two halves of one key?");
    out.data = signature;

    ERR_set_mark();

    rc = sign_bytes(key, algorithm, &text, &out);

    (void) ERR_pop_to_mark();

    /* OpenSSL does not say whether memory was short */

    return rc == NGX_OK ? api_auth_verify_key(key, algorithm, &text, &out)
                        : NGX_DECLINED;
}


/* out->data has room for SIGN_SIZE */

static ngx_int_t
sign_bytes(const api_auth_key_t *key, api_auth_algorithm_e algorithm,
    const ngx_str_t *text, ngx_str_t *out)
{
    switch (key->kind) {

    case API_AUTH_OKP:
        out->len = crypto_sign_BYTES;
        return crypto_sign_detached(out->data, NULL, text->data, text->len,
                                    key->ed_secret) == 0
               ? NGX_OK : NGX_ERROR;

    case API_AUTH_OCT:
        return sign_secret(key, api_auth_algorithm(algorithm), text, out);

    default:
        return sign_private(key, algorithm, text, out);
    }
}


static ngx_int_t
sign_secret(const api_auth_key_t *key, const api_auth_algorithm_t *a,
    const ngx_str_t *text, ngx_str_t *out)
{
    return EVP_Q_mac(NULL, "HMAC", NULL, a->hash, NULL, key->secret.data,
                     key->secret.len, text->data, text->len, out->data,
                     SIGN_SIZE, &out->len) != NULL
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
sign_private(const api_auth_key_t *key, api_auth_algorithm_e algorithm,
    const ngx_str_t *text, ngx_str_t *out)
{
    u_char                       hash[EVP_MAX_MD_SIZE];
    EVP_MD                      *md;
    ngx_int_t                    rc;
    unsigned int                 len;
    EVP_PKEY_CTX                *ctx;
    const api_auth_algorithm_t  *a;

    a = api_auth_algorithm(algorithm);
    rc = NGX_ERROR;
    ctx = NULL;

    md = EVP_MD_fetch(NULL, a->hash, NULL);
    if (md == NULL) {
        return NGX_ERROR;
    }

    out->len = SIGN_SIZE;

    if (EVP_Digest(text->data, text->len, hash, &len, md, NULL) == 1) {
        ctx = api_auth_key_context(key, algorithm, md, 1);

        if (ctx != NULL
            && EVP_PKEY_sign(ctx, out->data, &out->len, hash, len) == 1)
        {
            rc = a->kind == API_AUTH_EC ? from_der(out, a->number) : NGX_OK;
        }
    }

    EVP_PKEY_CTX_free(ctx);
    EVP_MD_free(md);

    return rc;
}


/* the way back of verify's */

static ngx_int_t
from_der(ngx_str_t *signature, size_t number)
{
    ngx_int_t      rc;
    ECDSA_SIG     *sig;
    const u_char  *p;

    p = signature->data;

    sig = d2i_ECDSA_SIG(NULL, &p, (long) signature->len);
    if (sig == NULL) {
        return NGX_ERROR;
    }

    rc = BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature->data, (int) number) > 0
         && BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature->data + number,
                         (int) number) > 0
         ? NGX_OK : NGX_ERROR;

    ECDSA_SIG_free(sig);

    signature->len = 2 * number;

    return rc;
}


static u_char *
add_header(u_char *p, const api_auth_key_t *key, const api_auth_algorithm_t *a)
{
    p = ngx_cpymem(p, "{\"alg\":\"", sizeof("{\"alg\":\"") - 1);
    p = ngx_cpymem(p, a->name.data, a->name.len);
    p = ngx_cpymem(p, "\",\"typ\":\"JWT\"", sizeof("\",\"typ\":\"JWT\"") - 1);

    if (key->kid.len != 0) {
        p = ngx_cpymem(p, ",\"kid\":\"", sizeof(",\"kid\":\"") - 1);
        p = add_escaped(p, &key->kid);
        *p++ = '"';
    }

    *p++ = '}';

    return p;
}


/* valid UTF-8 of at most API_AUTH_KID bytes; no pool, so no api_buf_t */

static u_char *
add_escaped(u_char *p, const ngx_str_t *s)
{
    size_t             i;
    u_char             ch;
    static const char  hex[] = "0123456789abcdef";

    for (i = 0; i < s->len; i++) {
        ch = s->data[i];

        if (ch < 0x20) {
            p = ngx_cpymem(p, "\\u00", 4);
            *p++ = (u_char) hex[ch >> 4];
            *p++ = (u_char) hex[ch & 0x0f];
            continue;
        }

        if (ch == '"' || ch == '\\') {
            *p++ = '\\';
        }

        *p++ = ch;
    }

    return p;
}
