
/*
 * Tokens of our own: api_issue_token $name { }, signed when all its claims are
 * there; with RSA, which takes its time, in a thread.
 */


#ifndef API_HTTP_TOKEN_H
#define API_HTTP_TOKEN_H


#include "http/chapter.h"
#include "http/jwt.h"
#include "http/members.h"
#include "http/source.h"
#include "auth/key.h"


/* its step stands among a route's statements, see conf/part.h */
extern api_http_chapter_t  api_http_token_chapter;


/* with what a token is signed */
typedef struct {
    const api_auth_key_t       *key;
    api_auth_algorithm_e        algorithm;
} api_http_signer_t;


/* api_issue_token, const once the cycle runs */
typedef struct {
    api_http_made_t             made;        /* $name */
    api_http_members_t         *claims;
    time_t                      expires;     /* seconds from now */
    ngx_uint_t                  jti;         /* it has one, 128 random bits */
    api_auth_keys_t             keys;        /* of its "key", */
    api_http_signer_t           own;         /* of them; key NULL: the first of
                                                jwt that can sign */
    const api_http_jwt_t       *jwt;         /* that is in force there, and can
                                                sign; or NULL */
    ngx_str_t                   registered;  /* its "iss" and "aud" as JSON, a
                                                comma before each; or empty */
} api_http_token_t;


/* of a route's location */
typedef struct {
    ngx_array_t                 tokens;      /* of api_http_token_t *; elts
                                                NULL: none */
} api_http_token_loc_conf_t;


/* those of a route */
const ngx_array_t *api_http_token_list(const api_http_route_t *route);

/* those that the request has made, one each (data NULL: not yet); NULL: none */
const ngx_str_t *api_http_token_made(const api_http_ctx_t *ctx);

/* bind->index is of that list */
extern const api_http_source_t  api_http_token_source;

/* $api_token_NAME, for headers: NAME in any case of its letters, for nginx has
   its variables in lower case */
#define API_HTTP_TOKEN_VAR  "api_token_"

/* in preconfiguration.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_token_vars_add(ngx_conf_t *cf);

/* in init_process of workers, and in exit_process of those */
void api_http_token_init(ngx_cycle_t *cycle);
void api_http_token_exit(void);

/* the step: all tokens that stand where the request has come to */
API_MUST_CHECK ngx_int_t api_http_token_step(api_http_ctx_t *ctx);
void api_http_token_forget(api_http_ctx_t *ctx, ngx_uint_t cancel);


#endif /* API_HTTP_TOKEN_H */
