
/*
 * Routes and requests as text, for the tests of route/table.
 */


#ifndef API_ROUTE_ASK_H
#define API_ROUTE_ASK_H


#include "shim.h"
#include "test.h"

#include "route/table.h"


#define UUID  "6f1c2a1e-0b1d-4b6e-9d5f-0a1b2c3d4e5f"


static inline ngx_int_t add(ngx_pool_t *pool, api_route_table_t *table,
    const char *route, void **other);
static inline const char *show(api_route_result_e result,
    const api_route_match_t *match);


static inline api_route_table_t *
table_of(ngx_pool_t *pool, const char *const *routes)
{
    api_route_table_t  *table;

    table = api_route_table_create(pool);
    check(table != NULL);

    for ( /* void */ ; *routes != NULL; routes++) {
        test_note("%s", *routes);
        check_int(add(pool, table, *routes, NULL), NGX_OK);
    }

    return table;
}


/* "GET /path"; the route's data is this text */

static inline ngx_int_t
add(ngx_pool_t *pool, api_route_table_t *table, const char *route,
    void **other)
{
    void           *ignored;
    ngx_int_t       rc;
    ngx_str_t       method, path;
    const char     *why;
    api_pattern_t  *pattern;

    path = test_str(strchr(route, ' ') + 1);
    method.data = (u_char *) (uintptr_t) route;
    method.len = (size_t) (path.data - method.data) - 1;

    pattern = ngx_palloc(pool, sizeof(api_pattern_t));
    if (pattern == NULL) {
        return NGX_ERROR;
    }

    rc = api_pattern_parse(pool, &path, pattern, &why);
    if (rc != NGX_OK) {
        return rc;
    }

    return api_route_table_add(table, api_route_method(&method), pattern,
                               method.data, other ? other : &ignored);
}


/* "GET /path" to "found GET /route [value]" and the like */

static inline const char *
ask(ngx_pool_t *pool, const api_route_table_t *table, const char *request)
{
    size_t              len;
    ngx_str_t           method, path;
    const char         *text;
    api_route_match_t   match;
    api_route_result_e  result;

    len = (size_t) (strchr(request, ' ') - request);
    method = test_copy(pool, request, len);
    path = test_copy(pool, request + len + 1, strlen(request + len + 1));

    memset(&match, 0xa5, sizeof(match));
    result = api_route_table_match(table, api_route_method(&method), &path,
                                   pool, &match);
    text = show(result, &match);

    if (result != API_ROUTE_NONE) {
        check_cstr(match.pattern->text.data, strchr(match.data, ' ') + 1);
    }

    check((match.pattern != NULL) == (result != API_ROUTE_NONE));
    check((match.segment != NULL) == (result == API_ROUTE_BAD_VALUE));

    return text;
}


static inline const char *
show(api_route_result_e result, const api_route_match_t *match)
{
    char        *p, *end;
    size_t       len;
    u_char       allow[API_ROUTE_ALLOW_LEN];
    ngx_uint_t   i;

    static char  text[30000];

    end = text + sizeof(text);

    switch (result) {

    case API_ROUTE_FOUND:
        p = text + sprintf(text, "found %s", (char *) match->data);

        for (i = 0; i < match->nvalues; i++) {
            p += snprintf(p, (size_t) (end - p), " [%.*s]",
                          (int) match->values[i].len, match->values[i].data);
        }

        break;

    case API_ROUTE_METHOD:
        len = api_route_allow(match->allow, allow);
        sprintf(text, "method %s: %.*s", (char *) match->data, (int) len,
                allow);
        break;

    case API_ROUTE_BAD_VALUE:
        sprintf(text, "bad %s: %.*s", (char *) match->data,
                (int) match->segment->text.len, match->segment->text.data);
        break;

    default:
        return result == API_ROUTE_NONE ? "none" : "error";
    }

    return text;
}


#endif /* API_ROUTE_ASK_H */
