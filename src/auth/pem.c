
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "auth/pem.h"
#include "auth/sign.h"


static EVP_PKEY *read_key(BIO *bio, ngx_uint_t *is_private);
static int no_password(char *buf, int size, int rwflag, void *data);
static ngx_uint_t blocks(const ngx_str_t *text);


ngx_int_t
api_auth_pem_read(ngx_pool_t *pool, const ngx_str_t *text,
    const ngx_str_t *kid, api_auth_key_t **out, const char **why)
{
    BIO             *bio;
    EVP_PKEY        *pkey;
    ngx_int_t        rc;
    ngx_uint_t       is_private;
    api_auth_key_t  *key;

    if (text->len > API_AUTH_PEM) {
        *why = "it is longer than 64 KiB";
        return NGX_DECLINED;
    }

    if (blocks(text) != 1) {
        *why = "it is not one block of PEM: a file has one key";
        return NGX_DECLINED;
    }

    key = api_auth_key_new(pool);
    if (key == NULL) {
        return NGX_ERROR;
    }

    if (kid != NULL && kid->len != 0) {
        key->kid.data = ngx_pstrdup(pool, api_unconst(kid));
        if (key->kid.data == NULL) {
            return NGX_ERROR;
        }

        key->kid.len = kid->len;
    }

    ERR_set_mark();

    is_private = 0;
    bio = BIO_new_mem_buf(text->data, (int) text->len);
    pkey = bio != NULL ? read_key(bio, &is_private) : NULL;

    BIO_free(bio);
    (void) ERR_pop_to_mark();

    if (pkey == NULL) {
        *why = "it is no public key, certificate or private key without a "
               "passphrase";
        return NGX_DECLINED;
    }

    *out = key;

    rc = api_auth_key_adopt(key, pkey, is_private, why);

    if (rc == NGX_OK && key->signs) {
        *why = "its two halves do not belong to each other";
        rc = api_auth_sign_proves(key);
    }

    return rc;
}


/* EC keys of "openssl ecparam -genkey" have a block of parameters, too */

static ngx_uint_t
blocks(const ngx_str_t *text)
{
    size_t             i;
    ngx_uint_t         n;
    static const char  begin[] = "-----BEGIN ", ec[] = "EC PARAMETERS";

    n = 0;

    for (i = 0; i + sizeof(begin) - 1 <= text->len; i++) {

        if (ngx_memcmp(text->data + i, begin, sizeof(begin) - 1) != 0) {
            continue;
        }

        i += sizeof(begin) - 1;

        if (i + sizeof(ec) - 1 > text->len
            || ngx_memcmp(text->data + i, ec, sizeof(ec) - 1) != 0)
        {
            n++;
        }
    }

    return n;
}


ngx_uint_t
api_auth_pem_looks(const ngx_str_t *text)
{
    return blocks(text) != 0;
}


/* each of OpenSSL's readers goes over what is not its own */

static EVP_PKEY *
read_key(BIO *bio, ngx_uint_t *is_private)
{
    X509      *certificate;
    EVP_PKEY  *pkey;

    *is_private = 0;

    pkey = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);
    if (pkey != NULL) {
        return pkey;
    }

    (void) BIO_reset(bio);

    certificate = PEM_read_bio_X509(bio, NULL, no_password, NULL);
    if (certificate != NULL) {
        pkey = X509_get_pubkey(certificate);
        X509_free(certificate);
        return pkey;
    }

    (void) BIO_reset(bio);

    *is_private = 1;

    return PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
}


/* OpenSSL would ask at the terminal */

static int
no_password(char *buf, int size, int rwflag, void *data)
{
    (void) buf;
    (void) size;
    (void) rwflag;
    (void) data;

    return -1;
}
