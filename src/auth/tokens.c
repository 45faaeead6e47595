
#include <sodium.h>

#include "auth/tokens.h"


/* a token's last bytes: 48 bits of its signature */
#define TOKENS_TAIL  8


struct api_auth_tokens_s {
    api_auth_entry_t   **buckets;
    ngx_uint_t           mask;           /* their number less 1 */

    api_auth_entry_t    *newest;
    api_auth_entry_t    *oldest;
    api_auth_entry_t    *hand;           /* SIEVE's; NULL: at the oldest */

    ngx_uint_t           count;
    ngx_uint_t           most;
};


static void release_all(void *data);
static ngx_uint_t bucket_of(const api_auth_tokens_t *tokens,
    const ngx_str_t *token);
static uint64_t differs(const ngx_str_t *one, const ngx_str_t *other);
static void evict(api_auth_tokens_t *tokens);
static void drop(api_auth_tokens_t *tokens, api_auth_entry_t *entry);
static void discard(api_auth_entry_t *entry);


api_auth_tokens_t *
api_auth_tokens_new(ngx_pool_t *pool, ngx_uint_t most)
{
    ngx_uint_t           n;
    api_auth_tokens_t   *tokens;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(pool, 0);
    tokens = ngx_pcalloc(pool, sizeof(api_auth_tokens_t));

    if (cln == NULL || tokens == NULL) {
        return NULL;
    }

    tokens->most = ngx_max(1, ngx_min(most, API_AUTH_TOKENS_MOST));

    for (n = 16; n < 2 * tokens->most; n *= 2) {
        /* buckets stay short */
    }

    tokens->mask = n - 1;
    tokens->buckets = ngx_pcalloc(pool, n * sizeof(api_auth_entry_t *));
    if (tokens->buckets == NULL) {
        return NULL;
    }

    cln->handler = release_all;
    cln->data = tokens;

    return tokens;
}


static void
release_all(void *data)
{
    api_auth_tokens_t  *tokens = data;

    while (tokens->oldest != NULL) {
        drop(tokens, tokens->oldest);
    }
}


static ngx_uint_t
bucket_of(const api_auth_tokens_t *tokens, const ngx_str_t *token)
{
    uint64_t  tail;

    ngx_memcpy(&tail, token->data + token->len - TOKENS_TAIL, TOKENS_TAIL);

    /* the golden ratio's: characters have the same upper bits */

    return (tail * UINT64_C(0x9e3779b97f4a7c15) >> 32) & tokens->mask;
}


api_auth_entry_t *
api_auth_tokens_find(api_auth_tokens_t *tokens, const ngx_str_t *token,
    const void *demands, uint64_t generation, time_t now)
{
    api_auth_entry_t  *e;

    if (token->len < TOKENS_TAIL) {
        return NULL;
    }

    for (e = tokens->buckets[bucket_of(tokens, token)]; e != NULL;
         e = e->next)
    {
        if (e->token.len != token->len || e->demands != demands
            || differs(&e->token, token) != 0)
        {
            continue;
        }

        if (e->generation != generation
            || !api_auth_claims_last(&e->claims, e->leeway, now))
        {
            drop(tokens, e);
            return NULL;
        }

        e->visited = 1;
        e->held++;

        return e;
    }

    return NULL;
}


/*
 * Of two tokens of the same length, at least TOKENS_TAIL: 0, they are one.  All
 * is looked at wherever they differ, as CRYPTO_memcmp() does, which looks at a
 * byte at a time: half a microsecond of a token.
 */

static uint64_t
differs(const ngx_str_t *one, const ngx_str_t *other)
{
    size_t    i, last;
    uint64_t  a, b, bits;

    bits = 0;
    last = one->len - sizeof(uint64_t);

    for (i = 0; i < last; i += sizeof(uint64_t)) {
        ngx_memcpy(&a, one->data + i, sizeof(uint64_t));
        ngx_memcpy(&b, other->data + i, sizeof(uint64_t));
        bits |= a ^ b;
    }

    ngx_memcpy(&a, one->data + last, sizeof(uint64_t));
    ngx_memcpy(&b, other->data + last, sizeof(uint64_t));

    return bits | (a ^ b);
}


void
api_auth_tokens_add(api_auth_tokens_t *tokens, const ngx_str_t *token,
    const void *demands, uint64_t generation, time_t leeway,
    const api_auth_claims_t *claims)
{
    size_t             size;
    u_char            *block;
    api_auth_entry_t  *e, **bucket;

    size = sizeof(api_auth_entry_t) + api_auth_claims_size(claims)
           + token->len;

    if (token->len < TOKENS_TAIL || size > API_AUTH_TOKENS_ENTRY) {
        return;
    }

    block = malloc(size);
    if (block == NULL) {
        return;
    }

    e = (api_auth_entry_t *) (void *) block;
    ngx_memzero(e, sizeof(api_auth_entry_t));

    api_auth_claims_copy(claims, block + sizeof(api_auth_entry_t),
                         &e->claims);

    e->token.data = block + size - token->len;
    e->token.len = token->len;
    ngx_memcpy(e->token.data, token->data, token->len);

    e->demands = demands;
    e->generation = generation;
    e->leeway = leeway;

    if (tokens->count == tokens->most) {
        evict(tokens);
    }

    e->bucket = bucket_of(tokens, token);

    bucket = &tokens->buckets[e->bucket];
    e->next = *bucket;
    *bucket = e;

    e->older = tokens->newest;

    if (tokens->newest != NULL) {
        tokens->newest->newer = e;

    } else {
        tokens->oldest = e;
    }

    tokens->newest = e;
    tokens->count++;
}


/* from the oldest to the newest and round: whoever was asked for since the hand
   came by last stays once more */

static void
evict(api_auth_tokens_t *tokens)
{
    api_auth_entry_t  *e;

    e = tokens->hand != NULL ? tokens->hand : tokens->oldest;

    while (e->visited) {
        e->visited = 0;
        e = e->newer != NULL ? e->newer : tokens->oldest;
    }

    tokens->hand = e->newer;
    drop(tokens, e);
}


static void
drop(api_auth_tokens_t *tokens, api_auth_entry_t *entry)
{
    api_auth_entry_t  **e;

    for (e = &tokens->buckets[entry->bucket]; *e != entry; e = &(*e)->next) {
        /* it is there */
    }

    *e = entry->next;

    if (tokens->hand == entry) {
        tokens->hand = entry->newer;
    }

    if (entry->older != NULL) {
        entry->older->newer = entry->newer;

    } else {
        tokens->oldest = entry->newer;
    }

    if (entry->newer != NULL) {
        entry->newer->older = entry->older;

    } else {
        tokens->newest = entry->older;
    }

    tokens->count--;
    entry->gone = 1;

    if (entry->held == 0) {
        discard(entry);
    }
}


void
api_auth_tokens_release(api_auth_entry_t *entry)
{
    if (--entry->held == 0 && entry->gone) {
        discard(entry);
    }
}


/* whoever reads freed memory finds no token */

static void
discard(api_auth_entry_t *entry)
{
    sodium_memzero(entry->token.data, entry->token.len);
    free(entry);
}


ngx_uint_t
api_auth_tokens_count(const api_auth_tokens_t *tokens)
{
    return tokens->count;
}
