
/*
 * A signed token's text (RFC 7515, compact serialization) to its parts, before
 * anything is believed of it.
 */


#ifndef API_AUTH_JWS_H
#define API_AUTH_JWS_H


#include "auth/algorithm.h"
#include "auth/reason.h"
#include "core/core.h"


#define API_AUTH_TOKEN   8192        /* bytes of a token */
#define API_AUTH_DEPTH   16          /* of its JSON */
#define API_AUTH_VALUES  256


typedef struct {
    ngx_str_t              signing;      /* what is signed, in the text */
    ngx_str_t              payload;      /* decoded */
    ngx_str_t              signature;    /* decoded */

    api_auth_algorithm_e   algorithm;
    ngx_str_t              kid;
    ngx_str_t              typ;          /* empty: it has none */
    unsigned               has_kid:1;
} api_auth_jws_t;


/*
 * NGX_OK: *jws points into the text and the pool; NGX_DECLINED: *reason;
 * NGX_ERROR: memory.  "jku", "x5u", "jwk" and "x5c" of a header are not looked
 * at: keys come from the configuration only.
 */
API_MUST_CHECK ngx_int_t api_auth_jws_read(ngx_pool_t *pool,
    const ngx_str_t *text, api_auth_jws_t *jws, api_auth_reason_e *reason);


#endif /* API_AUTH_JWS_H */
