
/*
 * Keys and tokens as text, for the tests of what verifies and signs them.
 */


#ifndef API_AUTH_ASK_H
#define API_AUTH_ASK_H


#include "auth_vectors.h"
#include "shim.h"
#include "test.h"

#include "auth/jwk.h"
#include "auth/jwt.h"
#include "auth/sign.h"


#define NOW  1300819000              /* before the vectors' "exp" */


static inline api_auth_keys_t *
keys_of(ngx_pool_t *pool, const char *jwks)
{
    ngx_str_t         text;
    ngx_array_t      *faults;
    api_auth_keys_t  *keys;

    text = test_str(jwks);
    keys = ngx_pcalloc(pool, sizeof(api_auth_keys_t));
    faults = ngx_array_create(pool, 4, sizeof(api_auth_fault_t));

    check_int(api_auth_jwk_read(pool, &text, 0, keys, faults), NGX_OK);
    check_int(faults->nelts, 0);

    return keys;
}


/* by the first key that signs */

static inline ngx_str_t
token_of(ngx_pool_t *pool, api_auth_keys_t *keys, const char *claims)
{
    ngx_str_t              text, token;
    api_auth_key_t        *key;
    api_auth_algorithm_e   algorithm;

    text = test_str(claims);
    key = api_auth_key_signer(keys, 0, NULL, &algorithm);
    check(key != NULL);

    token.data = ngx_pnalloc(pool, api_auth_sign_size(key, &text));
    check_int(api_auth_sign(key, algorithm, &text, &token), NGX_OK);
    check(token.len <= api_auth_sign_size(key, &text));

    return test_copy(pool, token.data, token.len);
}


/* the word of the reason, or "ok" */

static inline const char *
ask(ngx_pool_t *pool, const ngx_str_t *token, api_auth_keys_t *keys,
    const api_auth_demands_t *demands, time_t now, api_auth_claims_t *claims)
{
    api_auth_reason_e  reason;

    switch (api_auth_jwt(pool, token, keys, demands, now, claims, &reason)) {

    case NGX_OK:
        return "ok";

    case NGX_DECLINED:
        return (char *) api_auth_reason_word(reason)->data;

    default:
        return "error";
    }
}


#endif /* API_AUTH_ASK_H */
