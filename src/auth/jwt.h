
/*
 * An access token to the claims of who asks, or to a reason why not.
 *
 * What a caller does:
 *
 * While the configuration is read: for each key an api_auth_key_t, by
 * api_auth_jwk_read() for what api_auth_jwk_looks() like JSON,
 * api_auth_pem_read() for what api_auth_pem_looks() like PEM, else
 * api_auth_key_new() and api_auth_key_secret(), and all into one
 * api_auth_keys_t by api_auth_key_add().  An api_auth_demands_t, which outlives
 * all requests.  Paths of claims by api_auth_path_read(), lines of api_require
 * by api_auth_policy_read().  Before any of it api_auth_jwt_init(), which may
 * be called again.
 *
 * In each worker: an api_auth_tokens_t.
 *
 * Of a request:
 *
 *     rc = api_auth_jwt_bearer(&authorization, &scheme, &token);
 *     (NGX_DECLINED: 401 as for API_AUTH_REASON_MISSING)
 *
 *     entry = api_auth_tokens_find(tokens, &token, demands, generation, now);
 *
 *     if (entry != NULL) {
 *         claims = &entry->claims;       ... release it with the request
 *
 *     } else {
 *         rc = api_auth_jwt(pool, &token, keys, demands, now, claims, &reason);
 *
 *         NGX_OK:        api_auth_tokens_add(tokens, &token, demands,
 *                            generation, demands->leeway, claims);
 *         NGX_DECLINED:  401 with api_auth_reason_client(reason); to the log
 *                        api_auth_reason_sentence(reason); $api_jwt_status is
 *                        api_auth_reason_word(reason).  If it is
 *                        API_AUTH_REASON_KEY_UNKNOWN and the keys are
 *                        somebody's, a new set may be fetched, and asked once.
 *         NGX_ERROR:     500.
 *     }
 *
 * Revoked?  claims->jti, claims->sub and claims->iat, each time, for a cached
 * token too; API_AUTH_REASON_REVOKED.  Then each line of api_require by
 * api_auth_policy_fails(): 403.  A value of $jwt.NAME is api_auth_path_find()
 * of claims->tree, as a text api_auth_claims_text(), as a parameter
 * api_sql_bind_json() of it; $jwt is claims->text.
 */


#ifndef API_AUTH_JWT_H
#define API_AUTH_JWT_H


#include "auth/claims.h"
#include "auth/jws.h"
#include "auth/key.h"
#include "auth/reason.h"
#include "core/core.h"


/* libsodium's, once a process, before threads.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_auth_jwt_init(void);

/*
 * The token behind a scheme ("Bearer", in any case) of an Authorization
 * header's value: NGX_OK and *token, which is part of the value and may be
 * anything but empty; NGX_DECLINED: another scheme, or nothing behind it.
 */
API_MUST_CHECK ngx_int_t api_auth_jwt_bearer(const ngx_str_t *value,
    const ngx_str_t *scheme, ngx_str_t *token);

/*
 * NGX_OK: the signature is of one of the keys and the demands hold: *claims,
 * in the pool; NGX_DECLINED: *reason; NGX_ERROR: memory.  Nothing of a token
 * is believed before its signature is right.  Of one thread, see
 * api_auth_verify().
 */
API_MUST_CHECK ngx_int_t api_auth_jwt(ngx_pool_t *pool,
    const ngx_str_t *token, const api_auth_keys_t *keys,
    const api_auth_demands_t *demands, time_t now, api_auth_claims_t *claims,
    api_auth_reason_e *reason);


#endif /* API_AUTH_JWT_H */
