
#include "shim.h"
#include "test.h"

#include "route/reach.h"
#include "route/table.h"


static void parse(ngx_pool_t *pool, const char *text, api_pattern_t *pattern);


static void
knows_the_literal_part(ngx_pool_t *pool)
{
    size_t         i;
    api_pattern_t  pattern;

    static const struct {
        const char  *text;
        size_t       len;
    } cases[] = {
        { "/", 1 },
        { "/users", 6 },
        { "/users/:id", 7 },
        { "/users/:id<int>/posts", 7 },
        { "/:a", 1 },
        { "/files/*rest", 7 },
        { "/a:b/:c", 5 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s", cases[i].text);

        parse(pool, cases[i].text, &pattern);
        check_int(api_pattern_literal(&pattern), cases[i].len);
    }
}


static void
reaches(ngx_pool_t *pool)
{
    size_t         i;
    ngx_str_t      prefix;
    api_pattern_t  pattern;

    static const struct {
        const char  *pattern;
        const char  *prefix;
        unsigned     begins;
        unsigned     exact;
    } cases[] = {
        { "/", "/", 1, 1 },
        { "/", "/a", 0, 0 },
        { "/", "", 0, 0 },
        { "/a", "a", 0, 0 },
        { "/a", "/", 1, 0 },
        { "/a", "/a", 1, 1 },
        { "/abc", "/ab", 1, 0 },
        { "/a", "/ab", 0, 0 },
        { "/a", "/a/", 0, 0 },
        { "/a/b", "/a/", 1, 0 },
        { "/a/b", "/a//", 0, 0 },
        { "/a/b", "/a/b/c", 0, 0 },
        { "/a/b", "/x/b", 0, 0 },
        { "/a/:b", "/a", 1, 0 },
        { "/a/:b", "/a/", 1, 0 },
        { "/a/:b", "/a/x", 1, 1 },
        { "/a/:b", "/a/x/", 0, 0 },
        { "/a/:b/c", "/a/x/", 1, 0 },
        { "/a/:b/c", "/a/x/c", 1, 1 },
        { "/a/:b/c", "/a/x/d", 0, 0 },
        { "/a/*r", "/a", 1, 0 },
        { "/a/*r", "/a/", 1, 0 },
        { "/a/*r", "/a/x/y", 1, 1 },
        { "/a/*r", "/a/x/", 1, 1 },
        { "/a/*r", "/a//x", 0, 0 },
        { "/*r", "/", 1, 0 },
        { "/:i<int>", "/12", 1, 1 },
        { "/:i<int>", "/-", 1, 0 },
        { "/:i<int>", "/me", 0, 0 },
        { "/:i<int>/a", "/me/", 0, 0 },
        { "/:i<int>/a", "/7/", 1, 0 },
        { "/:i<bigint>", "/1x", 0, 0 },
        { "/:n<number>", "/1e", 1, 0 },
        { "/:n<number>", "/1f", 0, 0 },
        { "/:u<uuid>", "/00000000-0000", 1, 0 },
        { "/:u<uuid>", "/00000000-0000-4000-8000-00000000000A", 1, 1 },
        { "/:u<uuid>", "/search", 0, 0 },
        { "/:d<date>", "/2024-", 1, 0 },
        { "/:d<date>", "/today", 0, 0 },
        { "/:b<bool>", "/tr", 1, 0 },
        { "/:b<bool>", "/x", 0, 0 },
        { "/:e<enum(red,green)>", "/gr", 1, 0 },
        { "/:e<enum(red,green)>", "/red", 1, 1 },
        { "/:e<enum(red,green)>", "/redder", 0, 0 },
        { "/:t<timestamp>", "/2024", 1, 0 },
        { "/:s<string>", "/anything", 1, 1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s, %s", cases[i].pattern, cases[i].prefix);

        parse(pool, cases[i].pattern, &pattern);
        prefix = test_str(cases[i].prefix);

        check_int(api_reach_prefix(pool, &pattern, &prefix, 0),
                  cases[i].begins);
        check_int(api_reach_prefix(pool, &pattern, &prefix, 1),
                  cases[i].exact);
    }
}


/* each sample is a path that its pattern takes */

static void
makes_samples(ngx_pool_t *pool)
{
    void                *other;
    size_t               i;
    ngx_str_t            path;
    api_pattern_t        pattern;
    api_route_match_t    match;
    api_route_table_t   *table;

    static const struct {
        const char  *pattern;
        const char  *path;
    } cases[] = {
        { "/", "/" },
        { "/a/b", "/a/b" },
        { "/a/:b/*c", "/a/w/w" },
        { "/:a<int>/:b<bigint>/:c<number>", "/1/1/1" },
        { "/:a<bool>/:b<string>", "/true/w" },
        { "/:a<uuid>", "/00000000-0000-4000-8000-000000000000" },
        { "/:a<email>/:b<date>", "/a@example.org/2000-01-01" },
        { "/:a<timestamp>/:b<time>", "/2000-01-01T00:00:00Z/00:00:00" },
        { "/:a<json>/:b<uri>", "/1/a:b" },
        { "/:a<ipv4>/:b<ipv6>", "/192.0.2.1/2001:db8::1" },
        { "/:a<enum(red,green)>", "/red" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s", cases[i].pattern);

        parse(pool, cases[i].pattern, &pattern);
        check_int(api_reach_sample(pool, &pattern, "w", &path), NGX_OK);
        check_bytes(path.data, path.len, cases[i].path,
                    strlen(cases[i].path));

        table = api_route_table_create(pool);
        check(table != NULL);
        check_int(api_route_table_add(table, API_METHOD_GET, &pattern, table,
                                      &other),
                  NGX_OK);
        check_int(api_route_table_match(table, API_METHOD_GET, &path, pool,
                                        &match),
                  API_ROUTE_FOUND);
        check_int(api_reach_prefix(pool, &pattern, &path, 1), 1);
    }
}


static ngx_int_t
sample(ngx_pool_t *pool, void *data)
{
    ngx_str_t  path;

    return api_reach_sample(pool, data, "w", &path);
}


static void
says_when_memory_is_short(ngx_pool_t *pool)
{
    api_pattern_t  pattern;

    parse(pool, "/a/:b", &pattern);
    check_oom(sample, &pattern);
}


static void
parse(ngx_pool_t *pool, const char *text, api_pattern_t *pattern)
{
    ngx_str_t    copy;
    const char  *why;

    copy = test_copy(pool, text, strlen(text));

    check_int(api_pattern_parse(pool, &copy, pattern, &why), NGX_OK);
}


static const test_case_t  cases[] = {
    { "knows the literal part", knows_the_literal_part },
    { "reaches", reaches },
    { "makes samples", makes_samples },
    { "says when memory is short", says_when_memory_is_short },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
