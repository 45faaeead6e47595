
/*
 * Tokens that were verified a moment ago, with their claims: a worker's.
 *
 * A place is chosen by the token's last bytes, which are its signature's: only
 * verified tokens are kept, so nobody can aim at one.  Failures are not kept.
 * When it is full the one goes that was not asked for lately (SIEVE: Zhang et
 * al., NSDI 2024), for which a hit moves nothing.
 */


#ifndef API_AUTH_TOKENS_H
#define API_AUTH_TOKENS_H


#include "auth/claims.h"
#include "core/core.h"


/* bytes of a token and its claims together; what is larger is not kept */
#define API_AUTH_TOKENS_ENTRY  (16 * 1024)
#define API_AUTH_TOKENS_MOST   100000


typedef struct api_auth_tokens_s  api_auth_tokens_t;

/* an entry that is held */
typedef struct api_auth_entry_s   api_auth_entry_t;

struct api_auth_entry_s {
    api_auth_claims_t    claims;

    /* for this file only */
    api_auth_entry_t    *next;           /* of its bucket */
    api_auth_entry_t    *older;
    api_auth_entry_t    *newer;
    ngx_uint_t           bucket;
    ngx_str_t            token;
    const void          *demands;
    uint64_t             generation;
    time_t               leeway;
    ngx_uint_t           held;
    unsigned             visited:1;
    unsigned             gone:1;
};


/*
 * most: entries, 1 to API_AUTH_TOKENS_MOST.  The table is the pool's, entries
 * are malloc()'s and freed with the pool.  NULL: memory.
 */
api_auth_tokens_t *api_auth_tokens_new(ngx_pool_t *pool, ngx_uint_t most);

/*
 * The claims of a token that was verified by these demands and by the keys of
 * this generation (a number that changes when they do), if it has not expired
 * since; or NULL.  The entry is held: its claims stay until it is released,
 * whatever becomes of the cache, but for its end.
 */
api_auth_entry_t *api_auth_tokens_find(api_auth_tokens_t *tokens,
    const ngx_str_t *token, const void *demands, uint64_t generation,
    time_t now);

/*
 * Keeps a copy of what api_auth_jwt() has verified.  No memory, or too large:
 * it is not kept, and nobody needs to know.
 */
void api_auth_tokens_add(api_auth_tokens_t *tokens, const ngx_str_t *token,
    const void *demands, uint64_t generation, time_t leeway,
    const api_auth_claims_t *claims);

void api_auth_tokens_release(api_auth_entry_t *entry);

/* how many there are */
ngx_uint_t api_auth_tokens_count(const api_auth_tokens_t *tokens);


#endif /* API_AUTH_TOKENS_H */
