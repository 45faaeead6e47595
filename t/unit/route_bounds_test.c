
#include "route_ask.h"


/* more than the routes of a large API */
#define MANY  1000


/* a path is as long as a client likes, a pattern is not */

static void
bounds_long_paths(ngx_pool_t *pool)
{
    int                 i;
    char                text[20001];
    const char         *answer;
    api_route_table_t  *table;

    static const char *const  routes[] = {
        "GET /files/*path", "GET /:a/:b", "GET /x/x/x/x/x/x/x/x/x/x/x/x/x/x/"
        "x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/:last",
        "POST /x/x/x/x/x/x/x/x/x/x/x/x/x/x/"
        "x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/*last", NULL
    };

    table = table_of(pool, routes);

    memcpy(text, "GET ", 4);

    for (i = 0; i < 32; i++) {
        memcpy(&text[4 + 2 * i], "/x", 3);
    }

    check_bytes(ask(pool, table, text), 10, "found GET ", 10);

    memcpy(&text[4 + 2 * i], "/x", 3);
    answer = ask(pool, table, text);
    check_bytes(answer, 12, "method POST ", 12);

    for ( /* void */ ; 4 + 2 * i < 20000 - 2; i++) {
        memcpy(&text[4 + 2 * i], "/x", 3);
    }

    check_bytes(ask(pool, table, text), 12, "method POST ", 12);

    memcpy(text, "GET /y", 6);
    check_cstr(ask(pool, table, text), "none");
}


/*
 * The worst table for going back, every mix of a text and a parameter in ten
 * places: a match may see each node once.  And a value is checked once a type,
 * which the scratch pool's allocations show.
 */

static void
bounds_backtracking(ngx_pool_t *pool)
{
    char               *route;
    ngx_uint_t          i, n;
    ngx_str_t           path;
    api_route_match_t   match;
    api_route_table_t  *table;

    table = api_route_table_create(pool);
    check(table != NULL);

    for (n = 0; n < 1024; n++) {
        route = strcpy(ngx_palloc(pool, 128), "GET ");

        for (i = 0; i < 10; i++) {
            sprintf(route + strlen(route), (n & (1U << i)) ? "/a" : "/:p%d",
                    (int) i);
        }

        check_int(add(pool, table, strcat(route, "/z/:n<int>/:u<uuid>"), NULL),
                  NGX_OK);
    }

    path = test_str("/a/a/a/a/a/a/a/a/a/a/z/7/no");

    shim_fail_at(0);

    for (i = 0; i < 200; i++) {
        check_int(api_route_table_match(table, API_METHOD_GET, &path, pool,
                                        &match), API_ROUTE_BAD_VALUE);
    }

    check(shim_allocations() > 0);
    check(shim_allocations() <= 200 * 2);
}


static void
holds_many_routes(ngx_pool_t *pool)
{
    int                 i;
    char                text[64], want[64];
    char               *route;
    api_route_table_t  *table;

    table = api_route_table_create(pool);
    check(table != NULL);

    for (i = 0; i < MANY; i++) {
        /* 7919 and MANY have no common factor: every number, out of order */
        sprintf(text, "GET /things-%d/:id", i * 7919 % MANY);
        route = (char *) test_copy(pool, text, strlen(text) + 1).data;
        check_int(add(pool, table, route, NULL), NGX_OK);
    }

    for (i = 0; i < MANY; i++) {
        sprintf(text, "GET /things-%d/x", i);
        sprintf(want, "found GET /things-%d/:id [x]", i);
        check_cstr(ask(pool, table, text), want);
    }

    check_cstr(ask(pool, table, "GET /things-1000/x"), "none");
}


static ngx_int_t
build(ngx_pool_t *pool, void *data)
{
    ngx_int_t            rc;
    void                *other;
    api_route_table_t   *table;
    const char *const   *route;

    (void) data;

    static const char *const  routes[] = {
        "GET /a/:b<int>/c", "GET /a/b", "PUT /a/*r", "GET /a/a", "GET /a/c",
        "GET /", NULL
    };

    table = api_route_table_create(pool);
    if (table == NULL) {
        return NGX_ERROR;
    }

    for (route = routes; *route != NULL; route++) {
        rc = add(pool, table, *route, &other);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
match_typed(ngx_pool_t *pool, void *data)
{
    ngx_str_t           path;
    api_route_match_t   match;
    api_route_result_e  result;

    path = test_str("/a/7/" UUID);
    result = api_route_table_match(data, API_METHOD_GET, &path, pool, &match);

    if (result == API_ROUTE_ERROR) {
        check(match.data == NULL && match.nvalues == 0);
        return NGX_ERROR;
    }

    return result == API_ROUTE_FOUND ? NGX_OK : NGX_DECLINED;
}


static void
survives_without_memory(ngx_pool_t *pool)
{
    static const char *const  routes[] = {
        "GET /a/:b<int>/:c<uuid>", "GET /a/:b/:c", NULL
    };

    check_oom(build, NULL);
    check_oom(match_typed, table_of(pool, routes));
}


static const test_case_t  cases[] = {
    { "long paths cost no more", bounds_long_paths },
    { "going back is bounded", bounds_backtracking },
    { "a thousand routes", holds_many_routes },
    { "memory may fail anywhere", survives_without_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
