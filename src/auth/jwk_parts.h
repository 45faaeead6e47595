
/*
 * Between auth/jwk and auth/jwk_numbers.
 */


#ifndef API_AUTH_JWK_PARTS_H
#define API_AUTH_JWK_PARTS_H


#include "auth/key.h"
#include "core/core.h"
#include "json/read.h"


/*
 * The numbers of a JWK by its "kty", checked.  NGX_OK; NGX_DECLINED: *why is
 * the end of a sentence, static memory; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_auth_jwk_numbers(ngx_pool_t *pool,
    const api_json_t *jwk, ngx_uint_t is_public, api_auth_key_t *key,
    const char **why);

/* a member, or NULL */
const api_json_t *api_auth_jwk_member(const api_json_t *jwk,
    const char *name);


#endif /* API_AUTH_JWK_PARTS_H */
