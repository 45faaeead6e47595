
/*
 * Patterns, one a line, and behind an empty line a path: what is a pattern is
 * found by its names, patterns that are taken into one table do not meet, and
 * the values of a match lie within the path.
 */


#include "fuzz.h"
#include "route/pattern.h"
#include "route/table.h"


static const api_pattern_t *check_pattern(ngx_pool_t *pool,
    const ngx_str_t *text);
static void check_match(ngx_pool_t *pool, const api_route_table_t *table,
    const ngx_str_t *path);
static void check_method(const api_route_table_t *table, ngx_pool_t *pool,
    const ngx_str_t *path);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void                 *other;
    u_char               *line, *last, *end;
    ngx_int_t             rc;
    ngx_str_t             text;
    ngx_pool_t           *pool;
    api_route_table_t    *table;
    const api_pattern_t  *pattern;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);
    end = text.data + text.len;

    table = api_route_table_create(pool);
    fuzz_check(table != NULL);

    for (line = text.data; line < end; line = last + (last < end)) {
        last = memchr(line, '\n', (size_t) (end - line));

        if (last == line) {
            break;
        }

        last = last ? last : end;
        text = fuzz_copy(pool, line, (size_t) (last - line));

        pattern = check_pattern(pool, &text);
        if (pattern == NULL) {
            continue;
        }

        other = NULL;
        rc = api_route_table_add(table, API_METHOD_GET, pattern,
                                 text.data, &other);
        fuzz_check(rc == NGX_OK || (rc == NGX_BUSY && other != NULL));
        fuzz_check(!api_route_table_empty(table));

        /* itself a second time is no news */
        fuzz_check(api_route_table_add(table, API_METHOD_GET, pattern,
                                       text.data, &other)
                   == NGX_BUSY);
    }

    if (line < end) {
        text = fuzz_copy(pool, line + 1, (size_t) (end - line - 1));
        check_match(pool, table, &text);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static const api_pattern_t *
check_pattern(ngx_pool_t *pool, const ngx_str_t *text)
{
    ngx_int_t             rc;
    ngx_uint_t            i;
    const char           *why;
    api_pattern_t        *pattern;
    const api_segment_t  *segments;

    pattern = ngx_pcalloc(pool, sizeof(api_pattern_t));
    fuzz_check(pattern != NULL);

    why = NULL;
    rc = api_pattern_parse(pool, text, pattern, &why);

    if (rc != NGX_OK) {
        fuzz_check(rc == NGX_DECLINED && why != NULL && strlen(why) > 10);
        return NULL;
    }

    fuzz_check(pattern->segments.nelts <= API_PATTERN_SEGMENTS);
    fuzz_check(pattern->nvalues <= pattern->segments.nelts);

    segments = pattern->segments.elts;

    for (i = 0; i < pattern->segments.nelts; i++) {
        fuzz_check(segments[i].text.len != 0);

        if (segments[i].kind != API_SEGMENT_TEXT) {
            fuzz_check(api_pattern_index(pattern, &segments[i].text) >= 0);
        }
    }

    return pattern;
}


static void
check_match(ngx_pool_t *pool, const api_route_table_t *table,
    const ngx_str_t *path)
{
    ngx_uint_t           i;
    api_route_match_t    match;
    api_route_result_e   result;

    check_method(table, pool, path);

    result = api_route_table_match(table, API_METHOD_GET, path, pool, &match);

    if (result != API_ROUTE_FOUND) {
        return;
    }

    fuzz_check(match.data != NULL && match.pattern != NULL);
    fuzz_check(match.nvalues == match.pattern->nvalues);

    for (i = 0; i < match.nvalues; i++) {
        fuzz_check(match.values[i].len != 0);
        fuzz_check(match.values[i].data >= path->data
                   && match.values[i].data + match.values[i].len
                      <= path->data + path->len);
    }
}


/* of another method: not found, or what Allow names, which are methods */

static void
check_method(const api_route_table_t *table, ngx_pool_t *pool,
    const ngx_str_t *path)
{
    size_t               len;
    u_char               allow[API_ROUTE_ALLOW_LEN];
    ngx_str_t            word;
    api_route_match_t    match;
    api_route_result_e   result;

    fuzz_check(api_route_method(path) == 0 || path->len < 10);

    result = api_route_table_match(table, API_METHOD_PUT, path, pool, &match);
    fuzz_check(result != API_ROUTE_FOUND);

    if (result != API_ROUTE_METHOD) {
        return;
    }

    fuzz_check(match.allow & API_METHOD_GET);
    fuzz_check(!(match.allow & API_METHOD_PUT));

    len = api_route_allow(match.allow, allow);
    fuzz_check(len >= 3 && len <= API_ROUTE_ALLOW_LEN);

    word.data = allow;
    word.len = (size_t) ((u_char *) memchr(allow, ',', len) - allow);
    fuzz_check(api_route_method(&word) == API_METHOD_GET);
}
