
/*
 * SHA-256 of a text, to tell one from another; BLAKE2b where nobody else has to
 * come to the same.
 */


#ifndef API_AUTH_DIGEST_H
#define API_AUTH_DIGEST_H


#include "core/core.h"


#define API_AUTH_DIGEST_SIZE  64       /* hex digits */


#define API_AUTH_DIGEST_RAW   32       /* bytes */


/* hash: API_AUTH_DIGEST_RAW bytes */
void api_auth_digest_raw(const ngx_str_t *text, u_char *hash);

/* hex: API_AUTH_DIGEST_SIZE bytes and a NUL */
void api_auth_digest(const ngx_str_t *text, char *hex);


/* BLAKE2b of 16 to 64 bytes */
void api_auth_digest_short(const ngx_str_t *text, u_char *hash, size_t bytes);


#endif /* API_AUTH_DIGEST_H */
