
/*
 * JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037) to keys.
 */


#ifndef API_AUTH_JWK_H
#define API_AUTH_JWK_H


#include "auth/key.h"
#include "core/core.h"


/* bytes of a set's text */
#define API_AUTH_JWKS  (256 * 1024)


/* why one of its keys, or the whole text, is not used */
typedef struct {
    ngx_uint_t     index;        /* the key's place in the set, from 1; 0: it is
                                    the whole text */
    ngx_str_t      kid;          /* may be empty */
    const char    *why;          /* the end of a sentence, static memory */
} api_auth_fault_t;


/*
 * A JWKS ({"keys": […]}), or one JWK.  NGX_OK: at least one key was added to
 * *keys; NGX_DECLINED: none was, and *keys is as before; NGX_ERROR: memory.
 * faults (of api_auth_fault_t) gets a line for each key that is left out: weak
 * ones, unknown kinds, those that are not for signatures, both of two with the
 * same kid, kty and alg.  In a file they are errors for who
 * checks it, of a fetched set warnings.
 *
 * is_public: secrets and private keys are faults; for what came from outside.
 * Secrets beside public keys are a fault of the whole text, as are more than
 * API_AUTH_KEYS.
 */
API_MUST_CHECK ngx_int_t api_auth_jwk_read(ngx_pool_t *pool,
    const ngx_str_t *text, ngx_uint_t is_public, api_auth_keys_t *keys,
    ngx_array_t *faults);

/* is a text one of ours, not PEM or a secret?  Its first byte says so. */
ngx_uint_t api_auth_jwk_looks(const ngx_str_t *text);

/*
 * The public halves of those keys that can sign, as a JWKS for others; secrets
 * are left out.  NGX_OK or NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_auth_jwk_write(ngx_pool_t *pool,
    const api_auth_keys_t *keys, ngx_uint_t configured, ngx_str_t *out);


#endif /* API_AUTH_JWK_H */
