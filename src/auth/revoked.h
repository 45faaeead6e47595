
/*
 * Tokens that hold no more, by their jti, or by whose they are and when they
 * were issued: a table of fixed size in one block, which several processes may
 * look at.  It keeps no names, but keyed hashes of them (SipHash-2-4 of 128
 * bits): what nobody can choose meets by chance only, and never.
 */


#ifndef API_AUTH_REVOKED_H
#define API_AUTH_REVOKED_H


#include "auth/claims.h"
#include "core/core.h"


#define API_AUTH_REVOKED_KEY   16
#define API_AUTH_REVOKED_MOST  1000000


/* aligned as malloc()'s; for this file only */
typedef struct {
    ngx_uint_t               slots;
    ngx_uint_t               most;
    ngx_uint_t               count;
    u_char                   key[API_AUTH_REVOKED_KEY];
} api_auth_revoked_t;


/* what a row says: one of the two names is there (data is not NULL) */
typedef struct {
    ngx_str_t                jti;
    ngx_str_t                sub;        /* where jti is not there: all of its
                                            tokens, */
    int64_t                  before;     /* of those only what was issued in an
                                            earlier second; INT64_MAX: all */
} api_auth_revoked_row_t;


/* bytes of a table for so many rows, 1 to API_AUTH_REVOKED_MOST */
size_t api_auth_revoked_size(ngx_uint_t most);

/* makes the block a new one; key: random, of API_AUTH_REVOKED_KEY bytes.  Then
   it must be emptied */
void api_auth_revoked_begin(api_auth_revoked_t *revoked, ngx_uint_t most,
    const u_char *key);

/* n slots of it from that one, first 0.  Returns the next, or 0 when all are
   empty */
ngx_uint_t api_auth_revoked_empty(api_auth_revoked_t *revoked,
    ngx_uint_t from, ngx_uint_t n);

/* NGX_OK; NGX_DECLINED: it is full; NGX_ABORT: the row has no name */
API_MUST_CHECK ngx_int_t api_auth_revoked_add(api_auth_revoked_t *revoked,
    const api_auth_revoked_row_t *row);

/*
 * 1: the token is one of them; a token without "iat" is as old as can be.  A
 * table that somebody writes meanwhile answers anything, and nothing else
 * happens.
 */
ngx_uint_t api_auth_revoked_has(const api_auth_revoked_t *revoked,
    const api_auth_claims_t *claims);


#endif /* API_AUTH_REVOKED_H */
