
/*
 * The directive api_require: what the claims of a request must be.
 */


#ifndef API_HTTP_REQUIRE_H
#define API_HTTP_REQUIRE_H


#include "http/jwt.h"
#include "auth/policy.h"


/* a line of api_require, in cf->pool */
typedef struct {
    api_auth_policy_t           policy;
    ngx_array_t                 names;       /* of ngx_str_t, without "$" */
    ngx_str_t                  *scopes;      /* one a word: what is told of a
                                                missing scope; or empty */
    api_place_t                 place;
} api_http_require_t;


/*
 * Those of the request's location, all of them.  NGX_OK; NGX_DECLINED: *failed
 * does not hold, *scope is what its scopes are, or empty; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_require(api_http_ctx_t *ctx,
    const api_auth_claims_t *claims, const ngx_str_t **failed,
    const ngx_str_t **scope);


#endif /* API_HTTP_REQUIRE_H */
