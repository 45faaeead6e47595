
/*
 * API keys of a file: an object whose members are named after the SHA-256 of a
 * key, in hex, and are what its owner's claims are:
 *
 *     { "9f86d081…0a08": { "sub": "billing", "scope": "read" } }
 *
 * The keys themselves are nowhere.
 */


#ifndef API_AUTH_APIKEYS_H
#define API_AUTH_APIKEYS_H


#include "auth/claims.h"
#include "auth/digest.h"
#include "core/core.h"


#define API_AUTH_APIKEYS_MOST  10000


/* exp is that of its claims, or -1: it has no end */
typedef struct {
    u_char               hash[API_AUTH_DIGEST_RAW];
    api_auth_claims_t    claims;
} api_auth_apikey_t;


typedef struct {
    ngx_uint_t           count;
    api_auth_apikey_t   *keys;           /* in the order of their hashes */
} api_auth_apikeys_t;


/*
 * NGX_OK: *keys, which points into the pool; NGX_DECLINED: *why is the end of a
 * sentence, in the pool, and has nothing of what the text says; NGX_ERROR:
 * memory.
 */
API_MUST_CHECK ngx_int_t api_auth_apikeys_read(ngx_pool_t *pool,
    const ngx_str_t *text, api_auth_apikeys_t *keys, ngx_str_t *why);

/* by API_AUTH_DIGEST_RAW bytes; or NULL */
const api_auth_apikey_t *api_auth_apikeys_find(const api_auth_apikeys_t *keys,
    const u_char *hash);


#endif /* API_AUTH_APIKEYS_H */
