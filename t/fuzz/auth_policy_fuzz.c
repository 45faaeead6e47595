
/*
 * Requirements on a line, claims below.  A word and its opposite never hold
 * both; what holds for all words holds for any.
 */


#include "auth/policy.h"
#include "fuzz.h"
#include "fuzz_json.h"


#define WORDS  100


static ngx_uint_t split(const ngx_str_t *line, ngx_str_t *words);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                         *end;
    ngx_str_t                       text, words[WORDS];
    ngx_int_t                       rc;
    ngx_uint_t                      i, n, all;
    ngx_pool_t                     *pool;
    api_json_t                     *claims;
    const char                     *why;
    ngx_array_t                    *names;
    const ngx_str_t                *word;
    api_auth_policy_t               policy;
    api_auth_policy_given_t         given[WORDS * API_AUTH_POLICY_VALUES];
    const api_auth_policy_word_t   *failed;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);

    end = size != 0 ? memchr(text.data, '\n', size) : NULL;

    if (end == NULL) {
        goto done;
    }

    text.len = (size_t) (end - text.data);
    n = split(&text, words);

    text = fuzz_copy(pool, data + text.len + 1, size - text.len - 1);
    claims = fuzz_json(pool, &text);

    names = ngx_array_create(pool, 1, sizeof(ngx_str_t));
    fuzz_check(names != NULL);

    why = NULL;
    rc = api_auth_policy_read(pool, words, n, names, &policy, &word, &why);
    fuzz_check(rc == NGX_OK || (rc == NGX_DECLINED && why != NULL));

    if (rc != NGX_OK || claims == NULL) {
        goto done;
    }

    fuzz_check(policy.count <= API_AUTH_POLICY_WORDS);

    ngx_memzero(given, sizeof(given));

    for (i = 0; i < names->nelts; i++) {
        given[i].text = ((ngx_str_t *) names->elts)[i];
        given[i].fold = i % 2;
    }

    policy.any = 0;
    all = api_auth_policy_fails(&policy, claims, given) == NULL;

    policy.any = 1;
    failed = api_auth_policy_fails(&policy, claims, given);
    fuzz_check(!all || failed == NULL);

    for (i = 0; i < policy.count; i++) {
        policy.words[i].negated = !policy.words[i].negated;
    }

    policy.any = 0;
    fuzz_check(!all || api_auth_policy_fails(&policy, claims, given) != NULL);

done:

    ngx_destroy_pool(pool);

    return 0;
}


static ngx_uint_t
split(const ngx_str_t *line, ngx_str_t *words)
{
    size_t      i, begin;
    ngx_uint_t  n;

    n = 0;
    begin = 0;

    for (i = 0; i <= line->len && n < WORDS; i++) {
        if (i == line->len || line->data[i] == ' ') {
            words[n].data = line->data + begin;
            words[n++].len = i - begin;
            begin = i + 1;
        }
    }

    return n;
}
