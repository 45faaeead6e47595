
/*
 * Keys as OpenSSL's tools write them: PEM (RFC 7468).
 */


#ifndef API_AUTH_PEM_H
#define API_AUTH_PEM_H


#include "auth/key.h"
#include "core/core.h"


/* bytes of its text */
#define API_AUTH_PEM  (64 * 1024)


/*
 * One PUBLIC KEY, CERTIFICATE (its validity is not looked at) or PRIVATE KEY,
 * in any form of OpenSSL's but an encrypted one.  kid: NULL or empty for none,
 * at most API_AUTH_KID bytes; copied.  NGX_OK: *out; NGX_DECLINED: *why is the
 * end of a sentence, static memory; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_auth_pem_read(ngx_pool_t *pool,
    const ngx_str_t *text, const ngx_str_t *kid, api_auth_key_t **out,
    const char **why);

/* does it have a block of PEM? */
ngx_uint_t api_auth_pem_looks(const ngx_str_t *text);


#endif /* API_AUTH_PEM_H */
