
/*
 * Patterns compiled and run, for the tests of regex/regex.
 */


#ifndef API_SCHEMA_SEARCH_H
#define API_SCHEMA_SEARCH_H


#include "regex/regex.h"
#include "test.h"


/* NULL: refused, and the sentence is noted */
static inline api_regex_t *
schema_search_compile(ngx_pool_t *pool, const char *pattern)
{
    ngx_int_t     rc;
    ngx_str_t     text, why;
    api_regex_t  *re;

    text = test_copy(pool, pattern, strlen(pattern));
    check_int(api_regex_valid(&text), 1);

    rc = api_regex_compile(pool, &text, &re, &why);

    if (rc == NGX_DECLINED) {
        test_note("%s: %.*s", pattern, (int) why.len, (char *) why.data);
    }

    return rc == NGX_OK ? re : NULL;
}


/* out of *work, or of what a validation has when it is NULL */
static inline ngx_int_t
schema_search_run(ngx_pool_t *pool, const api_regex_t *re,
    const ngx_str_t *text, size_t *work)
{
    size_t             own;
    ngx_int_t          rc;
    api_regex_room_t  *room;

    own = API_REGEX_WORK;

    room = api_regex_room_create(pool);

    if (room == NULL) {
        return NGX_ERROR;
    }

    rc = api_regex_match(re, text, room, work ? work : &own);

    api_regex_room_free(room);

    return rc;
}


/* both; 99: the pattern is refused */
static inline ngx_int_t
schema_search(ngx_pool_t *pool, const char *pattern, const void *data,
    size_t len, size_t *work)
{
    ngx_str_t     text;
    api_regex_t  *re;

    re = schema_search_compile(pool, pattern);

    if (re == NULL) {
        return 99;
    }

    text = test_copy(pool, data, len);

    return schema_search_run(pool, re, &text, work);
}


#endif /* API_SCHEMA_SEARCH_H */
