
#include <sodium.h>

#include "auth/password.h"


/* it writes as many bytes, whatever the string's length */

#if (crypto_pwhash_STRBYTES != API_PASSWORD_LEN)
#error "API_PASSWORD_LEN is not libsodium's crypto_pwhash_STRBYTES"
#endif


ngx_int_t
api_password_init(void)
{
    /* 1: it was done before */
    return sodium_init() < 0 ? NGX_ERROR : NGX_OK;
}


ngx_int_t
api_password_hash(const u_char *password, size_t len, u_char *out)
{
    int  rc;

    rc = crypto_pwhash_str_alg((char *) out, (const char *) password, len,
                               API_PASSWORD_TIME, API_PASSWORD_MEMORY,
                               crypto_pwhash_ALG_ARGON2ID13);

    return rc == 0 ? NGX_OK : NGX_ERROR;
}
