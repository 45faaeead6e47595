
#include "route_ask.h"


typedef struct {
    const char  *request;
    const char  *answer;
} expect_t;


static void
check_table(ngx_pool_t *pool, const char *const *routes,
    const expect_t *expect)
{
    api_route_table_t  *table;

    table = table_of(pool, routes);

    for ( /* void */ ; expect->request != NULL; expect++) {
        test_note("%s", expect->request);
        check_cstr(ask(pool, table, expect->request), expect->answer);
    }
}


static void
finds_paths(ngx_pool_t *pool)
{
    static const char *const  routes[] = {
        "GET /", "GET /users", "POST /users", "GET /users/:id",
        "DELETE /users/:id", "GET /users/:id/posts",
        "GET /users/:user/posts/:post", "GET /health", NULL
    };

    static const expect_t  expect[] = {
        { "GET /", "found GET /" },
        { "GET /users", "found GET /users" },
        { "POST /users", "found POST /users" },
        { "GET /users/7", "found GET /users/:id [7]" },
        { "DELETE /users/a b", "found DELETE /users/:id [a b]" },
        { "GET /users/7/posts", "found GET /users/:id/posts [7]" },
        { "GET /users/7/posts/9",
          "found GET /users/:user/posts/:post [7] [9]" },

        { "GET /user", "none" },
        { "GET /userss", "none" },
        { "GET /Users", "none" },
        { "GET /users/", "none" },
        { "GET /users/7/", "none" },
        { "GET /users//", "none" },
        { "GET //users", "none" },
        { "GET //", "none" },
        { "GET /users//posts", "none" },
        { "GET /users/7/posts/", "none" },
        { "GET /users/7/posts/9/", "none" },
        { "GET /users/7/posts/9/10", "none" },
        { "GET xusers", "none" },
        { "GET ", "none" },
        { NULL, NULL }
    };

    check_table(pool, routes, expect);
}


static void
decides_path_then_method(ngx_pool_t *pool)
{
    static const char *const  routes[] = {
        "GET /posts/:id<uuid>", "POST /posts/batch", "GET /users/:id",
        "PUT /users/:user", "OPTIONS /own", "GET /own", NULL
    };

    static const expect_t  expect[] = {
        { "GET /posts/batch",
          "method POST /posts/batch: POST, OPTIONS" },
        { "POST /posts/batch", "found POST /posts/batch" },
        { "GET /posts/" UUID, "found GET /posts/:id<uuid> [" UUID "]" },
        { "GET /posts/xyz", "bad GET /posts/:id<uuid>: id" },
        { "HEAD /posts/xyz", "bad GET /posts/:id<uuid>: id" },
        { "PUT /posts/xyz",
          "method GET /posts/:id<uuid>: GET, HEAD, OPTIONS" },
        { "PUT /posts/" UUID,
          "method GET /posts/:id<uuid>: GET, HEAD, OPTIONS" },

        /* one path, two names */
        { "GET /users/1", "found GET /users/:id [1]" },
        { "PUT /users/1", "found PUT /users/:user [1]" },
        { "HEAD /users/1", "found GET /users/:id [1]" },
        { "DELETE /users/1",
          "method GET /users/:id: GET, HEAD, PUT, OPTIONS" },
        { "OPTIONS /users/1",
          "method GET /users/:id: GET, HEAD, PUT, OPTIONS" },
        { "TRACE /users/1",
          "method GET /users/:id: GET, HEAD, PUT, OPTIONS" },

        { "OPTIONS /own", "found OPTIONS /own" },
        { "PATCH /own", "method OPTIONS /own: GET, HEAD, OPTIONS" },
        { "HEAD /posts/batch",
          "method POST /posts/batch: POST, OPTIONS" },
        { NULL, NULL }
    };

    check_table(pool, routes, expect);
}


static void
ranks_segments(ngx_pool_t *pool)
{
    static const char *const  routes[] = {
        "GET /*rest", "GET /:a/:b", "GET /:a<int>/:b", "GET /x/:b",
        "GET /:a/y", "GET /x/y/z", "GET /:a/:b/w", "GET /x/*tail", NULL
    };

    static const expect_t  expect[] = {
        { "GET /x/y", "found GET /x/:b [y]" },
        { "GET /7/y", "found GET /:a<int>/:b [7] [y]" },
        { "GET /q/y", "found GET /:a/y [q]" },
        { "GET /q/q", "found GET /:a/:b [q] [q]" },
        { "GET /x/y/z", "found GET /x/y/z" },

        /* back from "x/y", which has no "w" below it; *tail is nearer */
        { "GET /x/y/w", "found GET /x/*tail [y/w]" },
        { "GET /q/y/w", "found GET /:a/:b/w [q] [y]" },
        { "GET /q/y/v", "found GET /*rest [q/y/v]" },
        { "GET /q", "found GET /*rest [q]" },
        { "GET /", "none" },
        { NULL, NULL }
    };

    check_table(pool, routes, expect);
}


static void
takes_the_rest(ngx_pool_t *pool)
{
    static const char *const  routes[] = {
        "GET /files/*path", "GET /:a/b/*rest", NULL
    };

    static const expect_t  expect[] = {
        { "GET /files/a", "found GET /files/*path [a]" },
        { "GET /files/a/b", "found GET /files/*path [a/b]" },
        { "GET /files/a/", "found GET /files/*path [a/]" },
        { "GET /files/a//b", "found GET /files/*path [a//b]" },
        { "GET /x/b/c/d", "found GET /:a/b/*rest [x] [c/d]" },

        { "GET /files", "none" },
        { "GET /files/", "none" },
        { "GET /files//", "none" },
        { "GET /files//a", "none" },
        { "GET /x/b", "none" },
        { "GET /x/b/", "none" },
        { NULL, NULL }
    };

    check_table(pool, routes, expect);
}


static void
tries_types(ngx_pool_t *pool)
{
    static const char *const  routes[] = {
        "GET /a/:n<int>", "GET /a/:u<uuid>", "GET /a/:d<date>",
        "GET /a/:b<bool>", "POST /a/:s<string>", "GET /b/:x<int>/:y<int>",
        "GET /b/:x/only", "GET /c/:k<enum(new,old)>", "PUT /c/:k<enum(red)>",
        "GET /d/:x<int>", "GET /d/:y<uuid>", NULL
    };

    static const expect_t  expect[] = {
        { "GET /a/7", "found GET /a/:n<int> [7]" },
        { "GET /a/" UUID, "found GET /a/:u<uuid> [" UUID "]" },
        { "GET /a/2024-02-29", "found GET /a/:d<date> [2024-02-29]" },
        { "GET /a/true", "found GET /a/:b<bool> [true]" },

        /* those that fit make the path: of "z" only the string does */
        { "GET /a/z", "method POST /a/:s<string>: POST, OPTIONS" },
        { "PUT /a/7",
          "method GET /a/:n<int>: GET, HEAD, POST, OPTIONS" },

        { "GET /b/1/2", "found GET /b/:x<int>/:y<int> [1] [2]" },
        { "GET /b/z/only", "found GET /b/:x/only [z]" },
        { "GET /b/1/only", "found GET /b/:x/only [1]" },
        { "GET /b/1/z", "bad GET /b/:x<int>/:y<int>: y" },
        { "GET /b/z/z", "bad GET /b/:x<int>/:y<int>: x" },

        { "GET /c/old", "found GET /c/:k<enum(new,old)> [old]" },
        { "PUT /c/red", "found PUT /c/:k<enum(red)> [red]" },
        { "GET /c/red", "method PUT /c/:k<enum(red)>: PUT, OPTIONS" },
        { "GET /c/blue", "bad GET /c/:k<enum(new,old)>: k" },
        { "PUT /c/blue", "bad PUT /c/:k<enum(red)>: k" },

        { "GET /d/z", "bad GET /d/:x<int>: x" },
        { "PUT /d/z", "method GET /d/:x<int>: GET, HEAD, OPTIONS" },
        { NULL, NULL }
    };

    check_table(pool, routes, expect);
}


static void
refuses_equal_routes(ngx_pool_t *pool)
{
    size_t              i;
    void               *other;
    api_route_table_t  *table;

    static const struct {
        const char  *first;
        const char  *second;
        unsigned     equal;
    } cases[] = {
        { "GET /", "GET /", 1 },
        { "GET /a", "GET /a", 1 },
        { "GET /a", "POST /a", 0 },
        { "GET /a", "GET /A", 0 },
        { "GET /a/:x", "GET /a/:y", 1 },
        { "GET /a/*x", "GET /a/*y", 1 },
        { "GET /a/:x", "GET /a/*x", 0 },
        { "GET /a/:x", "GET /a/b", 0 },
        { "GET /a/:x", "GET /a/:x<int>", 0 },
        { "GET /a/:x<int>", "GET /a/:y<int>", 1 },
        { "GET /a/:x<int>", "GET /a/:x<bigint>", 1 },
        { "GET /a/:x<int>", "GET /a/:x<number>", 1 },
        { "GET /a/:x<bigint>", "GET /a/:x<number>", 1 },
        { "GET /a/:x<int>", "GET /a/:x<string>", 1 },
        { "GET /a/:x<uuid>", "GET /a/:x<string>", 1 },
        { "GET /a/:x<int>", "GET /a/:x<uuid>", 0 },
        { "GET /a/:x<int>", "GET /a/:x<date>", 0 },
        { "GET /a/:x<int>", "GET /a/:x<bool>", 0 },
        { "GET /a/:x<uuid>", "GET /a/:x<date>", 0 },
        { "GET /a/:x<uuid>", "GET /a/:x<bool>", 0 },
        { "GET /a/:x<date>", "GET /a/:x<bool>", 0 },
        { "GET /a/:x<bigint>", "GET /a/:x<uuid>", 0 },
        { "GET /a/:x<number>", "GET /a/:x<date>", 0 },
        { "GET /a/:x<number>", "GET /a/:x<bool>", 0 },
        { "GET /a/:x<date>", "GET /a/:x<timestamp>", 1 },
        { "GET /a/:x<enum(a)>", "GET /a/:x<enum(b)>", 1 },
        { "GET /:x<int>/:y<int>", "GET /:x<int>/:y<uuid>", 0 },
        { "GET /:x<int>/:y<uuid>", "GET /:x<string>/:y<date>", 0 },
        { "GET /:x<int>/:y<uuid>", "GET /:x<string>/:y<uuid>", 1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s and %s", cases[i].first, cases[i].second);

        table = api_route_table_create(pool);
        check(table != NULL);
        check(api_route_table_empty(table));

        check_int(add(pool, table, cases[i].first, NULL), NGX_OK);
        check(!api_route_table_empty(table));

        other = NULL;
        check_int(add(pool, table, cases[i].second, &other),
                  cases[i].equal ? NGX_BUSY : NGX_OK);
        check_cstr(other, cases[i].equal ? cases[i].first : NULL);
    }
}


static void
names_methods(ngx_pool_t *pool)
{
    u_char      out[API_ROUTE_ALLOW_LEN];
    size_t      i, len;
    ngx_str_t   name;
    ngx_uint_t  all;

    static const struct {
        const char  *name;
        ngx_uint_t   bit;
    } cases[] = {
        { "GET", API_METHOD_GET }, { "HEAD", API_METHOD_HEAD },
        { "POST", API_METHOD_POST }, { "PUT", API_METHOD_PUT },
        { "PATCH", API_METHOD_PATCH }, { "DELETE", API_METHOD_DELETE },
        { "OPTIONS", API_METHOD_OPTIONS },
        { "get", 0 }, { "GE", 0 }, { "GETS", 0 }, { "", 0 }, { "TRACE", 0 }
    };

    all = 0;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s", cases[i].name);
        name = test_copy(pool, cases[i].name, strlen(cases[i].name));
        check_int(api_route_method(&name), cases[i].bit);
        all |= cases[i].bit;
    }

    test_note("all");
    len = api_route_allow(all, out);
    check(len <= API_ROUTE_ALLOW_LEN);
    check_bytes(out, len, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", 44);

    check_int(api_route_allow(0, out), 0);

    len = api_route_allow(API_METHOD_PUT, out);
    check_bytes(out, len, "PUT", 3);
}


static const test_case_t  cases[] = {
    { "paths are found", finds_paths },
    { "the path is decided first", decides_path_then_method },
    { "segments are ranked from the left", ranks_segments },
    { "*name takes the rest", takes_the_rest },
    { "typed values fall to the next", tries_types },
    { "equal routes are refused", refuses_equal_routes },
    { "methods have names", names_methods },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
