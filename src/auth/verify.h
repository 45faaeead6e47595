
/*
 * Signatures: HMAC, RSA and ECDSA by OpenSSL, Ed25519 by libsodium.
 */


#ifndef API_AUTH_VERIFY_H
#define API_AUTH_VERIFY_H


#include "auth/jws.h"
#include "auth/key.h"
#include "auth/reason.h"
#include "core/core.h"


/* keys that a token without a kid is tried with, at most */
#define API_AUTH_TRIED  8


/*
 * A token that was read, against a set: its kid's keys, or without one all
 * that know its algorithm.  algorithms: those that are configured, 0: the
 * keys' own (see api_auth_key_algorithms()).  NGX_OK; NGX_DECLINED: *reason;
 * NGX_ERROR: memory.  Of one process and one thread: keys keep what OpenSSL
 * can use again.  Leaves nothing in OpenSSL's queue of errors.
 */
API_MUST_CHECK ngx_int_t api_auth_verify(const api_auth_keys_t *keys,
    ngx_uint_t algorithms, const api_auth_jws_t *jws,
    api_auth_reason_e *reason);

/* one key, of which the algorithm must be; the same without a reason */
API_MUST_CHECK ngx_int_t api_auth_verify_key(api_auth_key_t *key,
    api_auth_algorithm_e algorithm, const ngx_str_t *text,
    const ngx_str_t *signature);


#endif /* API_AUTH_VERIFY_H */
