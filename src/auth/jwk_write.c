
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "auth/base64url.h"
#include "auth/jwk.h"
#include "core/buf.h"
#include "json/write.h"


/* of an RSA key of API_AUTH_RSA_MOST bits, as text, with all around it */
#define JWK_WRITE_KEY  4096


static void write_key(api_buf_t *b, const api_auth_key_t *key,
    const api_auth_algorithm_t *a);
static void write_number(api_buf_t *b, const api_auth_key_t *key,
    const char *param, size_t size);
static void write_bytes(api_buf_t *b, const u_char *data, size_t len);


ngx_int_t
api_auth_jwk_write(ngx_pool_t *pool, const api_auth_keys_t *keys,
    ngx_uint_t configured, ngx_str_t *out)
{
    api_buf_t               b;
    ngx_uint_t              i, n;
    api_auth_keys_t         one;
    api_auth_algorithm_e    algorithm;

    if (api_buf_init(&b, pool, 0, (keys->count + 1) * JWK_WRITE_KEY)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_buf_add_literal(&b, "{\"keys\":[");

    n = 0;

    ERR_set_mark();

    for (i = 0; i < keys->count; i++) {
        one.count = 1;
        one.key[0] = keys->key[i];

        if (keys->key[i]->kind == API_AUTH_OCT
            || api_auth_key_signer(&one, configured, NULL, &algorithm) == NULL)
        {
            continue;
        }

        if (n++ != 0) {
            api_buf_add_char(&b, ',');
        }

        write_key(&b, keys->key[i], api_auth_algorithm(algorithm));
    }

    (void) ERR_pop_to_mark();

    api_buf_add_literal(&b, "]}");

    return api_buf_string(&b, out);
}


static void
write_key(api_buf_t *b, const api_auth_key_t *key,
    const api_auth_algorithm_t *a)
{
    switch (key->kind) {

    case API_AUTH_RSA:
        api_buf_add_literal(b, "{\"kty\":\"RSA\",\"n\":");
        write_number(b, key, OSSL_PKEY_PARAM_RSA_N, 0);
        api_buf_add_literal(b, ",\"e\":");
        write_number(b, key, OSSL_PKEY_PARAM_RSA_E, 0);
        break;

    case API_AUTH_EC:
        api_buf_add_literal(b, "{\"kty\":\"EC\",\"crv\":\"");
        api_buf_add(b, a->curve, ngx_strlen(a->curve));
        api_buf_add_literal(b, "\",\"x\":");
        write_number(b, key, OSSL_PKEY_PARAM_EC_PUB_X, a->number);
        api_buf_add_literal(b, ",\"y\":");
        write_number(b, key, OSSL_PKEY_PARAM_EC_PUB_Y, a->number);
        break;

    default:
        api_buf_add_literal(b, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":");
        write_bytes(b, key->ed_public, sizeof(key->ed_public));
    }

    api_buf_add_literal(b, ",\"use\":\"sig\",\"alg\":\"");
    api_buf_add_str(b, &a->name);
    api_buf_add_char(b, '"');

    if (key->kid.len != 0) {
        api_buf_add_literal(b, ",\"kid\":");
        api_json_write_string(b, key->kid.data, key->kid.len);
    }

    api_buf_add_char(b, '}');
}


/* size: bytes, zeros in front; 0: as many as it has */

static void
write_number(api_buf_t *b, const api_auth_key_t *key, const char *param,
    size_t size)
{
    int      len;
    u_char   bytes[API_AUTH_RSA_MOST / 8];
    BIGNUM  *number;

    number = NULL;

    if (EVP_PKEY_get_bn_param(key->pkey, param, &number) != 1) {
        b->failed = 1;
        return;
    }

    len = BN_bn2binpad(number, bytes,
                       size != 0 ? (int) size : BN_num_bytes(number));

    BN_free(number);

    if (len <= 0) {
        b->failed = 1;
        return;
    }

    write_bytes(b, bytes, (size_t) len);
}


static void
write_bytes(api_buf_t *b, const u_char *data, size_t len)
{
    u_char  *p;

    p = api_buf_reserve(b, api_auth_base64url_size(len) + 2);
    if (p == NULL) {
        return;
    }

    *p++ = '"';
    p = api_auth_base64url_encode(p, data, len);
    *p++ = '"';

    b->last = p;
}
