
/*
 * Who asks: the access token of a request, and its claims.
 *
 * It is verified where somebody asks first: the access step, or earlier a
 * variable, as limit_req has it.  Nothing of a token is seen before that.
 */


#ifndef API_HTTP_JWT_H
#define API_HTTP_JWT_H


#include "http/chapter.h"
#include "http/apikey.h"
#include "http/keys.h"
#include "http/revoked.h"
#include "auth/claims.h"
#include "auth/reason.h"
#include "auth/tokens.h"


/* conf/jwt sets its steps, those of http/jwt_step */
extern api_http_chapter_t  api_http_jwt_chapter;


typedef enum {
    API_HTTP_JWT_OFF = 0,      /* nobody looks */
    API_HTTP_JWT_OPTIONAL,     /* who sends none is nobody */
    API_HTTP_JWT_ON
} api_http_jwt_required_e;


/* api_jwt { }, in cf->pool: const, but for tokens, keys */
typedef struct {
    api_auth_demands_t          demands;
    api_http_keys_t             keys;
    ngx_str_t                   source;      /* of the token: "cookie_session";
                                                empty: Authorization */
    ngx_int_t                   index;       /* of that variable */
    ngx_str_t                   vary;        /* the header it is sent in */
    ngx_str_t                   realm;
    ngx_str_t                   challenge;   /* of WWW-Authenticate, without a
                                                token, */
    ngx_str_t                   invalid;     /* and with a wrong one */
    ngx_array_t                *origins;     /* of ngx_str_t: other sites whose
                                                pages may use a cookie; or
                                                NULL */
    ngx_uint_t                  cache;       /* tokens of a worker; 0: none */
    api_auth_tokens_t          *tokens;      /* the worker's own; or NULL */
    api_http_revoked_t         *revoked;     /* NULL: no token is */
    unsigned                    cookie:1;    /* browsers send it unasked, or
                                                may: it is of a variable that
                                                could be made of a cookie */
    api_place_t                 place;
} api_http_jwt_t;


/* in cf->pool */
typedef struct {
    ngx_array_t                 jwts;        /* of api_http_jwt_t * */
    ngx_array_t                 apikeys;     /* of api_http_apikey_t * */
} api_http_jwt_main_conf_t;


typedef struct {
    api_http_jwt_t             *jwt;         /* NULL: none */
    api_http_apikey_t          *apikey;      /* who sends no token may send one;
                                                NULL: none */
    ngx_uint_t                  required;    /* api_http_jwt_required_e, of
                                                both */
    ngx_str_t                   challenge;   /* of WWW-Authenticate, where
                                                nothing was sent */
    ngx_array_t                *requires;    /* of api_http_require_t *, own and
                                                inherited; NULL: none */
    ngx_uint_t                **given;       /* of a route, for each of them:
                                                its names, of route->inputs */
    ngx_array_t                 paths;       /* of a route, of api_auth_path_t:
                                                $jwt.NAME; elts NULL: none */

    /* while the configuration is read */
    unsigned                    block:1;     /* api_jwt { } stands right here,
                                              */
    unsigned                    keyed:1;     /* and so does api_key { }, */
    unsigned                    said:1;      /* with "required" */
    unsigned                    word:1;      /* api_jwt on|optional|off */
    unsigned                    cleared:1;   /* api_require off */
    api_place_t                 place;       /* of the word */
} api_http_jwt_loc_conf_t;


/* of a request, for one api_jwt and api_key */
typedef struct {
    const api_http_jwt_t       *jwt;         /* or NULL */
    const api_http_apikey_t    *apikey;      /* or NULL */
    ngx_int_t                   rc;          /* NGX_OK: verified; NGX_DECLINED:
                                                reason; NGX_ABORT: there are no
                                                keys, or no list of revoked
                                                ones, or an API key cannot be
                                                looked up; NGX_AGAIN: wait;
                                                NGX_ERROR */
    api_auth_reason_e           reason;
    const api_auth_claims_t    *claims;      /* NULL: none */
    api_auth_entry_t           *entry;       /* they are the cache's, held */
    api_http_revoked_wait_t     wait;
    api_http_apikey_wait_t      lookup;
    unsigned                    by_key:1;    /* it is an API key's */
    unsigned                    asked:1;     /* for a set with its kid */
    unsigned                    listless:1;  /* NGX_ABORT is for the list */
} api_http_jwt_state_t;


/* does anybody ask there who it is? */
#define api_http_jwt_asks(jlcf)                                               \
    (((jlcf)->jwt != NULL || (jlcf)->apikey != NULL)                          \
     && (jlcf)->required != API_HTTP_JWT_OFF)


/* in init_process: the caches of all.  NGX_OK or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_http_jwt_init(ngx_cycle_t *cycle,
    const api_http_jwt_main_conf_t *jmcf);

/*
 * What the token of a request is, by the api_jwt of its location; verified
 * where that has not been done.  waits: it may say NGX_AGAIN, ctx->resume()
 * follows.  NULL: no api_jwt and no api_key, they are off, or memory.
 */
api_http_jwt_state_t *api_http_jwt_state(api_http_ctx_t *ctx,
    ngx_uint_t waits);

/* its claims; NULL: it has none that are verified */
const api_auth_claims_t *api_http_jwt_claims(ngx_http_request_t *r);

/* of a request that is over, or was led elsewhere: what was found last; NULL:
   nothing was looked for */
const api_http_jwt_state_t *api_http_jwt_seen(ngx_http_request_t *r);


#endif /* API_HTTP_JWT_H */
