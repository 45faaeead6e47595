
/*
 * What a token says, once its signature is right: is it for us, and now?
 */


#ifndef API_AUTH_CLAIMS_H
#define API_AUTH_CLAIMS_H


#include "auth/jws.h"
#include "auth/path.h"
#include "auth/reason.h"
#include "core/core.h"
#include "json/read.h"


/* what is demanded; all zero: "exp", and no "aud" */
typedef struct {
    ngx_uint_t         algorithms;     /* a set; 0: what the keys are */

    ngx_uint_t         nissuers;       /* one of them; 0: any or none */
    const ngx_str_t   *issuers;

    ngx_uint_t         naudiences;     /* one of them is in "aud" */
    const ngx_str_t   *audiences;

    time_t             leeway;         /* seconds, for clocks that differ */
    unsigned           no_exp:1;       /* a token may be without */
    unsigned           at_jwt:1;       /* an access token (RFC 9068) */
    unsigned           any_audience:1; /* with none configured: a token that
                                          names some is taken all the same */
} api_auth_demands_t;


typedef struct {
    const api_json_t  *tree;           /* an object, without any NUL in it */
    ngx_str_t          text;           /* the same as it was signed */
    ngx_str_t          sub;            /* those that are absent are empty, */
    ngx_str_t          jti;            /* data is NULL */
    int64_t            exp;            /* seconds; -1: absent */
    int64_t            iat;
} api_auth_claims_t;


/*
 * The payload of a token that was verified.  NGX_OK: *claims, which points
 * into the pool and the payload; NGX_DECLINED: *reason; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_auth_claims_read(ngx_pool_t *pool,
    const api_auth_jws_t *jws, const api_auth_demands_t *demands, time_t now,
    api_auth_claims_t *claims, api_auth_reason_e *reason);

/*
 * Claims that no token has: an object's text, which was made here.  Their exp
 * and iat are absent, as are a sub and a jti that are no strings.  NGX_OK, as
 * above; NGX_DECLINED: it is no such object, too deep or large, or has a NUL;
 * NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_auth_claims_row(ngx_pool_t *pool,
    const ngx_str_t *text, api_auth_claims_t *claims);

/* that of the claims' tree to claims->exp, -1: it has none.  NGX_OK, or
   NGX_DECLINED: it is no number of seconds */
API_MUST_CHECK ngx_int_t api_auth_claims_end(api_auth_claims_t *claims);

/* still valid now?  1 or 0: for claims that were kept */
ngx_uint_t api_auth_claims_last(const api_auth_claims_t *claims,
    time_t leeway, time_t now);

/*
 * A claim as text: a string's characters, a number's digits, true, false,
 * arrays and objects as JSON.  NGX_OK: *out (the tree's memory, static or the
 * pool's, a NUL behind it); NGX_DECLINED: there is no such claim, or it is
 * null; NGX_ERROR: memory.  The tree itself is api_auth_path_find()'s: numbers
 * and arrays become parameters by api_sql_bind_json().
 */
API_MUST_CHECK ngx_int_t api_auth_claims_text(ngx_pool_t *pool,
    const api_auth_claims_t *claims, const api_auth_path_t *path,
    ngx_str_t *out);

/* bytes a copy takes, and that copy: one block, aligned as malloc()'s; *to
   points into it */
size_t api_auth_claims_size(const api_auth_claims_t *claims);
void api_auth_claims_copy(const api_auth_claims_t *claims, u_char *block,
    api_auth_claims_t *to);


#endif /* API_AUTH_CLAIMS_H */
