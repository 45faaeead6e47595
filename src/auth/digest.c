
#include "auth/digest.h"

#include <sodium.h>


void
api_auth_digest_raw(const ngx_str_t *text, u_char *hash)
{
    (void) crypto_hash_sha256(hash, text->data, text->len);
}


void
api_auth_digest(const ngx_str_t *text, char *hex)
{
    unsigned char  hash[crypto_hash_sha256_BYTES];

    (void) crypto_hash_sha256(hash, text->data, text->len);
    (void) sodium_bin2hex(hex, API_AUTH_DIGEST_SIZE + 1, hash, sizeof(hash));
}


void
api_auth_digest_short(const ngx_str_t *text, u_char *hash, size_t bytes)
{
    (void) crypto_generichash(hash, bytes, text->data, text->len, NULL, 0);
}
