
/*
 * A pattern, a newline, and a text: what is taken is found valid, the same
 * pair ends the same way with the same work, brackets around a pattern change
 * nothing, and a text written as a pattern is found in itself.
 */


#include "core/scan.h"
#include "fuzz.h"
#include "regex/regex.h"


static api_regex_t *compiled(ngx_pool_t *pool,
    const ngx_str_t *pattern);
static void finds_itself(ngx_pool_t *pool, const ngx_str_t *text,
    api_regex_room_t *room);
static ngx_str_t wrapped(ngx_pool_t *pool, const char *before,
    const ngx_str_t *text, const char *behind);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t             work, same;
    ngx_int_t          rc, again;
    ngx_str_t          pattern, text;
    ngx_pool_t        *pool;
    const uint8_t     *line;
    api_regex_t       *re;
    api_regex_room_t  *room;

    pool = fuzz_pool();

    line = size ? memchr(data, '\n', size) : NULL;

    if (line == NULL) {
        line = data + size;
    }

    pattern = fuzz_copy(pool, data, (size_t) (line - data));
    text = fuzz_copy(pool, line, (size_t) (data + size - line));

    room = api_regex_room_create(pool);

    if (room == NULL) {
        exit(2);
    }

    finds_itself(pool, &text, room);

    re = compiled(pool, &pattern);

    if (re != NULL) {
        work = API_REGEX_WORK;
        rc = api_regex_match(re, &text, room, &work);

        fuzz_check(rc == NGX_OK || rc == NGX_DECLINED || rc == NGX_ABORT);
        fuzz_check(work <= API_REGEX_WORK);

        same = API_REGEX_WORK;
        fuzz_check(api_regex_match(re, &text, room, &same) == rc);
        fuzz_check(work == same);

        pattern = wrapped(pool, "(?:", &pattern, ")");
        re = compiled(pool, &pattern);

        if (re != NULL && rc != NGX_ABORT) {
            work = API_REGEX_WORK;
            again = api_regex_match(re, &text, room, &work);
            fuzz_check(again == rc || again == NGX_ABORT);
        }
    }

    api_regex_room_free(room);
    ngx_destroy_pool(pool);

    return 0;
}


static api_regex_t *
compiled(ngx_pool_t *pool, const ngx_str_t *pattern)
{
    ngx_int_t     rc;
    ngx_str_t     why;
    ngx_uint_t    valid;
    api_regex_t  *re;

    ngx_str_null(&why);
    valid = api_regex_valid(pattern);
    rc = api_regex_compile(pool, pattern, &re, &why);

    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);

    if (rc == NGX_DECLINED) {
        fuzz_check(why.len > 10);
        return NULL;
    }

    fuzz_check(valid);

    return re;
}


static void
finds_itself(ngx_pool_t *pool, const ngx_str_t *text,
    api_regex_room_t *room)
{
    u_char       *p;
    size_t        i, n, work;
    ngx_str_t     pattern;
    api_regex_t  *re;

    if (text->len > API_REGEX_LENGTH / 2) {
        return;
    }

    pattern.data = p = ngx_pnalloc(pool, 2 * text->len + 2);

    if (p == NULL) {
        exit(2);
    }

    for (i = 0; i < text->len; i += n) {
        n = api_scan_utf8(text->data + i, text->data + text->len);

        if (n == 0) {
            return;
        }

        if (text->data[i] != '\0'
            && strchr("^$\\.*+?()[]{}|/", text->data[i]) != NULL)
        {
            *p++ = '\\';
        }

        p = ngx_cpymem(p, text->data + i, n);
    }

    pattern.len = (size_t) (p - pattern.data);

    re = compiled(pool, &pattern);
    fuzz_check(re != NULL);
    work = API_REGEX_WORK;
    fuzz_check(api_regex_match(re, text, room, &work) == NGX_OK);

    pattern = wrapped(pool, "^", &pattern, "$");
    re = compiled(pool, &pattern);
    fuzz_check(re != NULL);
    work = API_REGEX_WORK;
    fuzz_check(api_regex_match(re, text, room, &work) == NGX_OK);
}


static ngx_str_t
wrapped(ngx_pool_t *pool, const char *before, const ngx_str_t *text,
    const char *behind)
{
    u_char     *p;
    ngx_str_t   s;

    s.len = strlen(before) + text->len + strlen(behind);
    s.data = p = ngx_pnalloc(pool, s.len);

    if (p == NULL) {
        exit(2);
    }

    p = ngx_cpymem(p, before, strlen(before));
    p = ngx_cpymem(p, text->data, text->len);
    ngx_memcpy(p, behind, strlen(behind));

    return s;
}
