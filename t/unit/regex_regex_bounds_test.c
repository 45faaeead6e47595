
#include "schema_search.h"


static ngx_str_t many(ngx_pool_t *pool, const char *piece, size_t len,
    const char *last);


static void
has_bounds(ngx_pool_t *pool)
{
    size_t        i;
    ngx_str_t     text, why;
    api_regex_t  *re;

    /* of the pattern */
    text = many(pool, "a", API_REGEX_LENGTH, "");
    check_int(api_regex_compile(pool, &text, &re, &why), NGX_OK);

    text = many(pool, "a", API_REGEX_LENGTH, "a");
    check_int(api_regex_compile(pool, &text, &re, &why),
              NGX_DECLINED);
    check_str(&why, "the pattern is longer than 8192 bytes");

    /* what becomes longest; from 10.45 on PCRE2 has room for it */
    text = many(pool, "\\S", API_REGEX_LENGTH / 2 - 1, "");
    text.data[0] = '[';
    text.data[1] = 's';
    text.data[text.len - 2] = 's';
    text.data[text.len - 1] = ']';

    if (api_regex_compile(pool, &text, &re, &why) != NGX_OK) {
        check_str(&why, "the pattern is too large for PCRE2: repeat its "
                  "groups less often, or name fewer characters");
    }

    /* groups in groups */
    text = many(pool, "(", 200, "");
    text.len = 400;
    text.data = ngx_pnalloc(pool, 402);
    check(text.data != NULL);

    for (i = 0; i < 201; i++) {
        text.data[i] = '(';
        text.data[401 - i] = ')';
    }

    text.data[200] = ')';
    check_int(api_regex_compile(pool, &text, &re, &why), NGX_OK);

    text.data[200] = '(';
    text.len = 402;
    check_int(api_regex_compile(pool, &text, &re, &why),
              NGX_DECLINED);
    check_str(&why, "groups are nested more than 200 deep, at character "
              "202");
}


static void
has_64_names(ngx_pool_t *pool)
{
    size_t        i, len;
    ngx_str_t     text, why;
    api_regex_t  *re;

    text.data = ngx_pnalloc(pool, 65 * 8 + 1);
    check(text.data != NULL);

    for (i = 0, len = 0; i < 65; i++) {
        len += (size_t) sprintf((char *) text.data + len, "(?<n%02u>)",
                                (unsigned) i);
    }

    text.len = len - 8;
    check_int(api_regex_compile(pool, &text, &re, &why), NGX_OK);

    text.len = len;
    check_int(api_regex_compile(pool, &text, &re, &why),
              NGX_DECLINED);
    check_str(&why, "no more than 64 groups may have names, at character 520");
}


/*
 * Each is a pattern that would not come back for hours with its text.  The
 * work is counted: so much, and no more, whatever the machine.
 */

static void
gives_up(ngx_pool_t *pool)
{
    size_t      i, work;
    ngx_str_t   text;
    static const struct {
        const char  *pattern;
        const char  *piece;
        size_t       len;
        const char  *last;
    } list[] = {
        { "(a+)+$", "a", 40, "b" },
        { "^(a|a)*$", "a", 60, "b" },
        { "(?:a|a){30}[cd]", "a", 40, "" },
        { "^(([a-z])+.)+[A-Z]([a-z])+$", "a", 1000, "" },
        { "(x+x+)+[yz]", "x", 60, "" },
        { "(.*)*[xy]", "a", 3000, "" },
        { "\\s+$", " ", 20000, "x" },
        { "a[^b]*[bd]", "a", 20000, "" },
        { "(a*)\\1[bd]", "a", 20000, "" },
        { "[^b]{9000}[cd]", "a", 20000, "" },
        { "(?:[^b]{10}){900}[cd]", "a", 20000, "" },
        { "(?=(a+))[bd]", "a", 20000, "" },
        { "(?:a?){40}a{40}$", "a", 40, "b" }
    };

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        test_note("%s", list[i].pattern);

        text = many(pool, list[i].piece, list[i].len, list[i].last);
        work = API_REGEX_WORK;

        check_int(schema_search(pool, list[i].pattern, text.data, text.len,
                                &work),
                  NGX_ABORT);
        check_int(work, 0);
    }
}


/* while what is long, but not hostile, is searched to its end */

static void
goes_far(ngx_pool_t *pool)
{
    ngx_str_t  text;

    text = many(pool, "a", 1024 * 1024, "");
    check_int(schema_search(pool, "^[^<>]*$", text.data, text.len, NULL),
              NGX_OK);
    check_int(schema_search(pool, "b", text.data, text.len, NULL),
              NGX_DECLINED);
    check_int(schema_search(pool, "^\\w+$", text.data, text.len, NULL),
              NGX_OK);

    /* where each turn of a group is a place to come back to */
    text = many(pool, "hello ", 64 * 1024, "");
    text.len -= text.len % 6;
    check_int(schema_search(pool, "^(?:[a-z]+ )*$", text.data, text.len, NULL),
              NGX_OK);
    text.len--;
    check_int(schema_search(pool, "^(?:[a-z]+ )*$", text.data, text.len, NULL),
              NGX_DECLINED);
}


static void
shares_its_work(ngx_pool_t *pool)
{
    size_t        work, before;
    ngx_str_t     text;
    ngx_uint_t    n;
    api_regex_t  *re;

    re = schema_search_compile(pool, "^[a-z]+$");
    check(re != NULL);

    text = many(pool, "a", 10000, "");
    work = API_REGEX_WORK;

    for (n = 0; n < 1000; n++) {
        before = work;

        if (schema_search_run(pool, re, &text, &work) != NGX_OK) {
            break;
        }

        check(work < before);
    }

    check(n > 10 && n < 1000);
    check_int(work, 0);
    check_int(schema_search_run(pool, re, &text, &work), NGX_ABORT);

    /* itself it has as much as ever */
    check_int(schema_search_run(pool, re, &text, NULL), NGX_OK);
}


/* the piece again and again, len bytes, and the last ones */

static ngx_str_t
many(ngx_pool_t *pool, const char *piece, size_t len, const char *last)
{
    size_t     i;
    ngx_str_t  s;

    s.len = len + strlen(last);
    s.data = ngx_pnalloc(pool, s.len + 1);

    if (s.data == NULL) {
        abort();
    }

    for (i = 0; i < len; i++) {
        s.data[i] = (u_char) piece[i % strlen(piece)];
    }

    memcpy(s.data + len, last, strlen(last) + 1);

    return s;
}


static const test_case_t  cases[] = {
    { "has bounds", has_bounds },
    { "has 64 names", has_64_names },
    { "gives up", gives_up },
    { "goes far", goes_far },
    { "shares its work", shares_its_work },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
