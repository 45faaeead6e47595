
/*
 * Tokens of our own.
 */


#ifndef API_AUTH_SIGN_H
#define API_AUTH_SIGN_H


#include "auth/key.h"
#include "core/core.h"


/* bytes that a token takes at most */
size_t api_auth_sign_size(const api_auth_key_t *key, const ngx_str_t *claims);

/*
 * claims: a JSON object's text, which becomes the payload as it is; key and
 * algorithm are api_auth_key_signer()'s.  The token's header says "typ":"JWT",
 * the algorithm, and the key's kid if it has one.  token->data has room for
 * api_auth_sign_size(); token->len is set.  NGX_OK or NGX_ERROR.
 *
 * Thread-safe, and no pool is used: RSA takes 0.3 ms and more, so a thread is
 * the place for it; ECDSA and Ed25519 take less than 40 us, HMAC 2.
 */
API_MUST_CHECK ngx_int_t api_auth_sign(const api_auth_key_t *key,
    api_auth_algorithm_e algorithm, const ngx_str_t *claims,
    ngx_str_t *token);

/* some text's signature, which the key's other half verifies: NGX_OK, or
   NGX_DECLINED: the halves do not belong to each other; NGX_ERROR */
API_MUST_CHECK ngx_int_t api_auth_sign_proves(api_auth_key_t *key);


#endif /* API_AUTH_SIGN_H */
