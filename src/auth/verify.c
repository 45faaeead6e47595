
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "auth/verify.h"


/* DER of two numbers of 66 bytes: tags, lengths and signs make 12 more */
#define VERIFY_DER  160


static ngx_int_t verify_secret(api_auth_key_t *key,
    api_auth_algorithm_e algorithm, const ngx_str_t *text,
    const ngx_str_t *signature);
static ngx_int_t verify_public(api_auth_key_t *key,
    api_auth_algorithm_e algorithm, const ngx_str_t *text,
    const ngx_str_t *signature);
static ngx_int_t to_der(const ngx_str_t *signature, size_t number,
    ngx_str_t *der);


ngx_int_t
api_auth_verify(const api_auth_keys_t *keys, ngx_uint_t algorithms,
    const api_auth_jws_t *jws, api_auth_reason_e *reason)
{
    ngx_int_t        rc;
    ngx_uint_t       i, bit, named, tried;
    api_auth_key_t  *key;

    bit = api_auth_algorithm_bit(jws->algorithm);
    named = 0;
    tried = 0;

    for (i = 0; i < keys->count && tried < API_AUTH_TRIED; i++) {
        key = keys->key[i];

        if (jws->has_kid && !api_str_equal(&key->kid, &jws->kid)) {
            continue;
        }

        named = 1;

        if (!key->verifies
            || !(api_auth_key_algorithms(key, algorithms) & bit))
        {
            continue;
        }

        tried++;

        rc = api_auth_verify_key(key, jws->algorithm, &jws->signing,
                                 &jws->signature);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    *reason = !named ? API_AUTH_REASON_KEY_UNKNOWN
              : tried == 0 ? API_AUTH_REASON_KEY_ALGORITHM
              : API_AUTH_REASON_SIGNATURE;

    return NGX_DECLINED;
}


ngx_int_t
api_auth_verify_key(api_auth_key_t *key, api_auth_algorithm_e algorithm,
    const ngx_str_t *text, const ngx_str_t *signature)
{
    ngx_int_t  rc;

    if (!(key->may & api_auth_algorithm_bit(algorithm))) {
        return NGX_DECLINED;
    }

    if (key->kind == API_AUTH_OKP) {
        return signature->len == crypto_sign_BYTES
               && crypto_sign_verify_detached(signature->data, text->data,
                                              text->len, key->ed_public) == 0
               ? NGX_OK : NGX_DECLINED;
    }

    /* nginx would take what is left there for a fault of its TLS */

    ERR_set_mark();

    rc = key->kind == API_AUTH_OCT
         ? verify_secret(key, algorithm, text, signature)
         : verify_public(key, algorithm, text, signature);

    (void) ERR_pop_to_mark();

    return rc;
}


static ngx_int_t
verify_secret(api_auth_key_t *key, api_auth_algorithm_e algorithm,
    const ngx_str_t *text, const ngx_str_t *signature)
{
    u_char             mac[EVP_MAX_MD_SIZE];
    size_t             len;
    api_auth_ready_t  *ready;

    ready = api_auth_key_ready(key, algorithm);
    if (ready == NULL) {
        return NGX_ERROR;
    }

    /* without a key: with the one that it has, which is not hashed again */

    if (EVP_MAC_init(ready->mac, NULL, 0, NULL) != 1
        || EVP_MAC_update(ready->mac, text->data, text->len) != 1
        || EVP_MAC_final(ready->mac, mac, &len, sizeof(mac)) != 1)
    {
        return NGX_ERROR;
    }

    return signature->len == len
           && CRYPTO_memcmp(mac, signature->data, len) == 0
           ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
verify_public(api_auth_key_t *key, api_auth_algorithm_e algorithm,
    const ngx_str_t *text, const ngx_str_t *signature)
{
    u_char                       hash[EVP_MAX_MD_SIZE], buf[VERIFY_DER];
    ngx_int_t                    rc;
    ngx_str_t                    sig;
    unsigned int                 len;
    api_auth_ready_t            *ready;
    const api_auth_algorithm_t  *a;

    a = api_auth_algorithm(algorithm);
    sig = *signature;

    if (a->kind == API_AUTH_EC) {
        sig.data = buf;

        rc = to_der(signature, a->number, &sig);
        if (rc != NGX_OK) {
            return rc;
        }

    } else if (sig.len != (size_t) EVP_PKEY_get_size(key->pkey)) {
        return NGX_DECLINED;
    }

    ready = api_auth_key_ready(key, algorithm);
    if (ready == NULL) {
        return NGX_ERROR;
    }

    if (EVP_Digest(text->data, text->len, hash, &len, ready->md, NULL) != 1) {
        return NGX_ERROR;
    }

    return EVP_PKEY_verify(ready->pkey, sig.data, sig.len, hash, len) == 1
           ? NGX_OK : NGX_DECLINED;
}


/* JOSE has r and s one behind the other (RFC 7518, section 3.4), OpenSSL wants
   DER; der->data has room for VERIFY_DER */

static ngx_int_t
to_der(const ngx_str_t *signature, size_t number, ngx_str_t *der)
{
    int         len;
    u_char     *p;
    BIGNUM     *r, *s;
    ECDSA_SIG  *sig;

    if (signature->len != 2 * number) {
        return NGX_DECLINED;
    }

    r = BN_bin2bn(signature->data, (int) number, NULL);
    s = BN_bin2bn(signature->data + number, (int) number, NULL);
    sig = ECDSA_SIG_new();

    if (r == NULL || s == NULL || sig == NULL) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(sig);
        return NGX_ERROR;
    }

    if (BN_is_zero(r) || BN_is_zero(s)) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(sig);
        return NGX_DECLINED;
    }

    (void) ECDSA_SIG_set0(sig, r, s);

    p = der->data;
    len = i2d_ECDSA_SIG(sig, &p);

    ECDSA_SIG_free(sig);

    if (len <= 0) {
        return NGX_ERROR;
    }

    der->len = (size_t) len;

    return NGX_OK;
}
