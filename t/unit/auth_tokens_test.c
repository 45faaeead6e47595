
#include <stdio.h>

#include "auth/tokens.h"
#include "test.h"


#define NOW  1000


static api_auth_claims_t
claims_of(ngx_pool_t *pool, const char *body)
{
    ngx_str_t           text;
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits = { API_JSON_DEPTH, API_JSON_VALUES };
    api_auth_claims_t   claims;

    ngx_memzero(&claims, sizeof(api_auth_claims_t));

    text = test_str(body);
    check_int(api_json_read(pool, &text, &limits, &json, &err), NGX_OK);

    claims.tree = json;
    claims.text = text;
    claims.exp = NOW + 10;
    claims.iat = -1;

    return claims;
}


static ngx_str_t
token(ngx_pool_t *pool, unsigned n)
{
    char  text[64];

    sprintf(text, "eyJ.eyJ.%024u", n);

    return test_copy(pool, text, strlen(text));
}


static ngx_uint_t
has(api_auth_tokens_t *tokens, const ngx_str_t *text, const void *demands,
    uint64_t generation, time_t now)
{
    api_auth_entry_t  *e;

    e = api_auth_tokens_find(tokens, text, demands, generation, now);
    if (e == NULL) {
        return 0;
    }

    api_auth_tokens_release(e);

    return 1;
}


static void
keeps_claims(ngx_pool_t *pool)
{
    int                 a, b;
    ngx_str_t           one, cut;
    api_auth_entry_t   *e;
    api_auth_claims_t   claims;
    api_auth_tokens_t  *tokens;

    tokens = api_auth_tokens_new(pool, 10);
    claims = claims_of(pool, "{\"sub\":\"me\",\"a\":[1,{\"b\":null}]}");
    one = token(pool, 1);

    check_int(has(tokens, &one, &a, 1, NOW), 0);

    api_auth_tokens_add(tokens, &one, &a, 1, 5, &claims);

    e = api_auth_tokens_find(tokens, &one, &a, 1, NOW);
    check(e != NULL);
    check_str(&e->claims.sub, "me");
    check_str(&e->claims.text, "{\"sub\":\"me\",\"a\":[1,{\"b\":null}]}");
    check(e->claims.tree != claims.tree);
    check_int(e->claims.tree->items[1].items[1].count, 1);

    /* of other demands, another text, one too short */

    check_int(has(tokens, &one, &b, 1, NOW), 0);
    check_int(has(tokens, &one, &a, 1, NOW), 1);

    cut = one;
    cut.len = 7;
    check_int(has(tokens, &cut, &a, 1, NOW), 0);

    one.data[0] ^= 1;
    check_int(has(tokens, &one, &a, 1, NOW), 0);
    one.data[0] ^= 1;

    /* what is held stays when it goes */

    check_int(has(tokens, &one, &a, 2, NOW), 0);
    check_int(api_auth_tokens_count(tokens), 0);
    check_str(&e->claims.sub, "me");
    api_auth_tokens_release(e);
}


static void
forgets_what_has_expired(ngx_pool_t *pool)
{
    int                 a;
    ngx_str_t           one;
    api_auth_claims_t   claims;
    api_auth_tokens_t  *tokens;

    tokens = api_auth_tokens_new(pool, 10);
    claims = claims_of(pool, "{}");
    one = token(pool, 1);

    api_auth_tokens_add(tokens, &one, &a, 1, 5, &claims);

    check_int(has(tokens, &one, &a, 1, NOW + 14), 1);
    check_int(has(tokens, &one, &a, 1, NOW + 15), 0);
    check_int(has(tokens, &one, &a, 1, NOW), 0);
    check_int(api_auth_tokens_count(tokens), 0);

    claims.exp = -1;
    api_auth_tokens_add(tokens, &one, &a, 1, 5, &claims);
    check_int(has(tokens, &one, &a, 1, NOW + 1000000), 1);
}


static void
stays_within_its_size(ngx_pool_t *pool)
{
    int                 a;
    char                large[API_AUTH_TOKENS_ENTRY];
    unsigned            i;
    ngx_str_t           text, often;
    ngx_uint_t          there;
    api_auth_entry_t   *held;
    api_auth_claims_t   claims;
    api_auth_tokens_t  *tokens;

    tokens = api_auth_tokens_new(pool, 100);
    claims = claims_of(pool, "{\"sub\":\"x\"}");

    often = token(pool, 0);
    api_auth_tokens_add(tokens, &often, &a, 1, 0, &claims);
    held = api_auth_tokens_find(tokens, &often, &a, 1, NOW);

    for (i = 1; i < 10000; i++) {
        text = token(pool, i);
        api_auth_tokens_add(tokens, &text, &a, 1, 0, &claims);

        check(api_auth_tokens_count(tokens) <= 100);

        /* one asked for all the time never is the one that goes */

        check_int(has(tokens, &often, &a, 1, NOW), 1);
    }

    api_auth_tokens_release(held);

    there = 0;

    for (i = 0; i < 10000; i++) {
        text = token(pool, i);
        there += has(tokens, &text, &a, 1, NOW);
    }

    check_int(there, 100);
    check_int(api_auth_tokens_count(tokens), 100);

    /* too large to keep */

    memset(large, 'x', sizeof(large));
    text = test_copy(pool, large, sizeof(large));
    api_auth_tokens_add(tokens, &text, &a, 1, 0, &claims);
    check_int(has(tokens, &text, &a, 1, NOW), 0);
    check_int(api_auth_tokens_count(tokens), 100);
}


/* of any length, and though all of its tails are of one bucket at times */

static void
looks_at_each_bit(ngx_pool_t *pool)
{
    int                 a;
    size_t              len, i;
    ngx_str_t           text;
    api_auth_claims_t   claims;
    api_auth_tokens_t  *tokens;

    claims = claims_of(pool, "{}");

    for (len = 8; len < 41; len++) {
        tokens = api_auth_tokens_new(pool, 1);

        text = test_copy(pool, "eyJ.eyJ.abcdefghijklmnopqrstuvwxyz0123456789",
                         len);
        api_auth_tokens_add(tokens, &text, &a, 1, 0, &claims);

        for (i = 0; i < 8 * len; i++) {
            text.data[i / 8] ^= (u_char) (1 << i % 8);
            check_int(has(tokens, &text, &a, 1, NOW), 0);
            text.data[i / 8] ^= (u_char) (1 << i % 8);
        }

        check_int(has(tokens, &text, &a, 1, NOW), 1);
    }
}


static void
is_freed_with_its_pool(ngx_pool_t *pool)
{
    int                 a;
    unsigned            i;
    ngx_str_t           text;
    ngx_pool_t         *own;
    api_auth_claims_t   claims;
    api_auth_tokens_t  *tokens;

    claims = claims_of(pool, "{}");

    own = ngx_create_pool(0, NULL);
    tokens = api_auth_tokens_new(own, 1);

    for (i = 0; i < 5; i++) {
        text = token(pool, i);
        api_auth_tokens_add(tokens, &text, &a, 1, 0, &claims);
        check_int(api_auth_tokens_count(tokens), 1);
        check_int(has(tokens, &text, &a, 1, NOW), 1);
    }

    ngx_destroy_pool(own);

    check(api_auth_tokens_new(pool, 0) != NULL);
}


static const test_case_t  cases[] = {
    { "keeps claims", keeps_claims },
    { "forgets what has expired", forgets_what_has_expired },
    { "stays within its size", stays_within_its_size },
    { "looks at each bit", looks_at_each_bit },
    { "is freed with its pool", is_freed_with_its_pool },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
