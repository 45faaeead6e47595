
#include "schema_search.h"


typedef struct {
    const char  *pattern;
    const char  *text;
    ngx_int_t    want;
} match_case_t;

typedef struct {
    const char  *pattern;
    const char  *why;        /* the end of the sentence */
} refusal_case_t;


static void all(ngx_pool_t *pool, const match_case_t *list, size_t n);

#define matches(pool, list)                                                   \
    all(pool, list, sizeof(list) / sizeof(list[0]))


static void
searches_anywhere(ngx_pool_t *pool)
{
    static const match_case_t  list[] = {
        { "", "", NGX_OK },
        { "", "a", NGX_OK },
        { "a+", "xxaayy", NGX_OK },
        { "^a+$", "xxaayy", NGX_DECLINED },
        { "^abc$", "abc", NGX_OK },
        { "^abc$", "abc\n", NGX_DECLINED },
        { "^$", "", NGX_OK },
        { "^$", "\n", NGX_DECLINED },
        { "^a|b$", "ac", NGX_OK },
        { "^(?:a|b)$", "ac", NGX_DECLINED },
        { "a", "A", NGX_DECLINED },
        { "[0-9]{2,}", "a31b", NGX_OK },
        { "^.$", "\xf0\x9f\x90\xb2", NGX_OK },
        { "^\xf0\x9f\x90\xb2*$", "\xf0\x9f\x90\xb2\xf0\x9f\x90\xb2",
          NGX_OK },
        { "^\xf0\x9f\x90\xb2*$", "\xf0\x9f\x90\x89", NGX_DECLINED },
        { "^.{3}$", "\xc3\xa4\xc3\xb6\xc3\xbc", NGX_OK },
        { "^.$", "\n", NGX_DECLINED },
        { "^.$", "\r", NGX_DECLINED },
        { "^.$", "\xe2\x80\xa8", NGX_DECLINED },
        { "^.$", "\v", NGX_OK },
        { "^.$", "\xc2\x85", NGX_OK },
        { "a b#c", "a b#c", NGX_OK },
        { "\"'~@%&,;:<>=!-_`", "\"'~@%&,;:<>=!-_`", NGX_OK }
    };

    matches(pool, list);
}


static void
repeats(ngx_pool_t *pool)
{
    static const match_case_t  list[] = {
        { "^a*$", "", NGX_OK }, { "^a+$", "", NGX_DECLINED },
        { "^a?$", "aa", NGX_DECLINED }, { "^a{3}$", "aaa", NGX_OK },
        { "^a{3}$", "aa", NGX_DECLINED }, { "^a{2,}$", "aaaa", NGX_OK },
        { "^a{2,3}$", "aaaa", NGX_DECLINED }, { "^a{0}$", "", NGX_OK },
        { "^a{00002}$", "aa", NGX_OK }, { "^a*?b$", "aab", NGX_OK },
        { "^a+?$", "aa", NGX_OK }, { "^a??$", "a", NGX_OK },
        { "^a{2,3}?$", "aaa", NGX_OK }, { "^(?:ab){2}$", "abab", NGX_OK },
        { "^(a|b)*c$", "ababc", NGX_OK }, { "^[]*$", "", NGX_OK },
        { "^\\ud800*$", "", NGX_OK }
    };

    matches(pool, list);
}


static void
has_the_sets_of_ecma(ngx_pool_t *pool)
{
    static const match_case_t  list[] = {
        { "^\\d$", "0", NGX_OK }, { "^\\d$", "\xdf\x80", NGX_DECLINED },
        { "^\\D$", "0", NGX_DECLINED }, { "^\\D$", "\xdf\x80", NGX_OK },
        { "^\\w$", "_", NGX_OK }, { "^\\w$", "\xc3\xa9", NGX_DECLINED },
        { "^\\W$", "a", NGX_DECLINED }, { "^\\W$", "\xc3\xa9", NGX_OK },
        { "^[\\w]$", "\xc3\xa9", NGX_DECLINED },
        { "^[^\\w]$", "\xc3\xa9", NGX_OK },
        { "^[\\W\\d]$", "a", NGX_DECLINED }, { "^[\\W\\d]$", "7", NGX_OK },
        { "\\bcole", "l'\xc3\xa9""cole", NGX_OK },
        { "\\Bcole", "l'\xc3\xa9""cole", NGX_DECLINED }
    };

    matches(pool, list);
}


/* each code point, against what the standard lists */

static void
has_the_spaces_of_ecma(ngx_pool_t *pool)
{
    size_t        i, n;
    u_char        text[4];
    uint32_t      ch;
    ngx_int_t     want;
    ngx_str_t     s;
    api_regex_t  *re[4];
    static const char    *patterns[] = { "^\\s$", "^[\\s]$", "^\\S$",
                                         "^[\\S]$" };

    for (i = 0; i < 4; i++) {
        re[i] = schema_search_compile(pool, patterns[i]);
        check(re[i] != NULL);
    }

    s.data = text;

    for (ch = 0; ch < 0x11000; ch++) {

        if (ch >= 0xd800 && ch <= 0xdfff) {
            continue;
        }

        want = ((ch >= 9 && ch <= 13) || ch == 0x20 || ch == 0xa0
                || ch == 0x1680 || (ch >= 0x2000 && ch <= 0x200a)
                || ch == 0x2028 || ch == 0x2029 || ch == 0x202f
                || ch == 0x205f || ch == 0x3000 || ch == 0xfeff)
               ? NGX_OK : NGX_DECLINED;

        n = 0;

        if (ch < 0x80) {
            text[n++] = (u_char) ch;

        } else if (ch < 0x800) {
            text[n++] = (u_char) (0xc0 | ch >> 6);

        } else if (ch < 0x10000) {
            text[n++] = (u_char) (0xe0 | ch >> 12);
            text[n++] = (u_char) (0x80 | (ch >> 6 & 0x3f));

        } else {
            text[n++] = (u_char) (0xf0 | ch >> 18);
            text[n++] = (u_char) (0x80 | (ch >> 12 & 0x3f));
            text[n++] = (u_char) (0x80 | (ch >> 6 & 0x3f));
        }

        if (ch >= 0x80) {
            text[n++] = (u_char) (0x80 | (ch & 0x3f));
        }

        s.len = n;
        test_note("U+%04x", (unsigned) ch);

        check_int(schema_search_run(pool, re[0], &s, NULL), want);
        check_int(schema_search_run(pool, re[1], &s, NULL), want);
        check_int(schema_search_run(pool, re[2], &s, NULL),
                  want == NGX_OK ? NGX_DECLINED : NGX_OK);
        check_int(schema_search_run(pool, re[3], &s, NULL),
                  want == NGX_OK ? NGX_DECLINED : NGX_OK);
    }
}


static void
escapes(ngx_pool_t *pool)
{
    static const match_case_t  list[] = {
        { "^\\t\\n\\v\\f\\r$", "\t\n\v\f\r", NGX_OK },
        { "^\\cC$", "\x03", NGX_OK }, { "^\\cc$", "\x03", NGX_OK },
        { "^\\cC$", "\\cC", NGX_DECLINED },
        { "^\\x41\\u0042\\u{43}\\u{0000044}$", "ABCD", NGX_OK },
        { "^\\ud83d\\udc32$", "\xf0\x9f\x90\xb2", NGX_OK },
        { "^\\u{1f432}$", "\xf0\x9f\x90\xb2", NGX_OK },
        { "^[\\ud83d\\udc32]$", "\xf0\x9f\x90\xb2", NGX_OK },
        { "\\ud83d", "\xf0\x9f\x90\xb2", NGX_DECLINED },
        { "^\\ud83d\\u0041$", "A", NGX_DECLINED },
        { "^[\\ud800-\\uffff]$", "\xee\x80\x80", NGX_OK },
        { "^[\\u0041-\\udfff]$", "\xed\x9f\xbf", NGX_OK },
        { "[\\ud800-\\udfff]", "abc", NGX_DECLINED },
        { "^\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/$",
          "^$\\.*+?()[]{}|/", NGX_OK },
        { "^[\\b]$", "\b", NGX_OK }, { "^[\\-]$", "-", NGX_OK },
        { "^\\?$", "?", NGX_OK }
    };

    matches(pool, list);

    check_int(schema_search(pool, "^\\0$", "", 1, NULL), NGX_OK);
    check_int(schema_search(pool, "^[\\0]$", "", 1, NULL), NGX_OK);
    check_int(schema_search(pool, "^a$", "a", 2, NULL), NGX_DECLINED);
}


static void
classes(ngx_pool_t *pool)
{
    static const match_case_t  list[] = {
        { "[]", "a", NGX_DECLINED }, { "^[^]$", "\n", NGX_OK },
        { "^[^]$", "\xf0\x9f\x90\xb2", NGX_OK },
        { "^[a-c]$", "b", NGX_OK }, { "^[a-c]$", "-", NGX_DECLINED },
        { "^[-a]$", "-", NGX_OK }, { "^[a-]$", "-", NGX_OK },
        { "^[^-a]$", "-", NGX_DECLINED }, { "^[a^]$", "^", NGX_OK },
        { "^[[(.*$]$", "[", NGX_OK }, { "^[[(.*$]$", "$", NGX_OK },
        { "^[\\]]$", "]", NGX_OK }, { "^[\\d.]$", ".", NGX_OK },
        { "^[.]$", "a", NGX_DECLINED }, { "^[a&&b]$", "&", NGX_OK },
        { "^[[:alpha:]$", ":", NGX_OK }, { "^[[:alpha:]$", "b", NGX_DECLINED },
        { "^[\xc3\xa4-\xc3\xbc]$", "\xc3\xb6", NGX_OK },
        { "^[#-&]$", "%", NGX_OK }, { "^[\\t-\\r]$", "\n", NGX_OK },
        { "^[^\\s\\d]$", "a", NGX_OK }, { "^[^\\S]$", "\xc2\xa0", NGX_OK },
        { "^[\\p{Lu}\\d]$", "\xc3\x84", NGX_OK },
        { "^[^\\p{L}]$", "a", NGX_DECLINED },
        { "^[\\P{L}]$", "1", NGX_OK },
        { "^[\\W]$", "\xe2\x82\xac", NGX_OK },
        { "^[\\W]$", "_", NGX_DECLINED }, { "^[^\\W]$", "_", NGX_OK },
        { "^[\\D]$", "\xd9\xa3", NGX_OK },
        { "^[\\D]$", "3", NGX_DECLINED }, { "^[^\\D]$", "3", NGX_OK },
        { "^[^\\W\\p{Lu}]$", "\xe2\x82\xac", NGX_DECLINED },
        { "^[^\\W\\p{Lu}]$", "a", NGX_OK },
        { "^[^\\p{Lu}\\D]$", "\xd9\xa3", NGX_DECLINED },
        { "^[\\W\\p{Lu}]$", "\xe2\x82\xac", NGX_OK }
    };

    matches(pool, list);
}


static void
properties(ngx_pool_t *pool)
{
    static const match_case_t  list[] = {
        { "\\p{Letter}cole", "l'\xc3\xa9""cole", NGX_OK },
        { "\\p{Letter}cole", "L'\xc3\x89""COLE", NGX_DECLINED },
        { "^\\p{digit}+$", "\xe0\xa7\xaa\xe0\xa7\xa8", NGX_OK },
        { "^\\p{Lu}\\p{Ll}$", "\xc3\x84\xc3\xa4", NGX_OK },
        { "^\\p{LC}\\p{Cased_Letter}$", "aA", NGX_OK },
        { "^\\p{LC}$", "\xd7\x90", NGX_DECLINED },
        { "^\\P{L}$", "1", NGX_OK }, { "^\\P{L}$", "a", NGX_DECLINED },
        { "^\\p{gc=Nd}\\p{General_Category=Decimal_Number}$", "12", NGX_OK },
        { "^\\p{Script=Greek}\\p{sc=Grek}$", "\xce\xb1\xce\xb2", NGX_OK },
        { "^\\p{Script=Greek}$", "a", NGX_DECLINED },
        { "^\\p{scx=Deva}$", "\xe0\xa5\xa4", NGX_OK },
        { "^\\p{Script_Extensions=Bengali}$", "\xe0\xa5\xa4", NGX_OK },
        { "^\\p{Any}\\p{ASCII}\\p{Assigned}$", "abc", NGX_OK },
        { "^\\P{Assigned}$", "a", NGX_DECLINED },
        { "^\\p{Alphabetic}\\p{White_Space}\\p{Emoji}$",
          "a \xf0\x9f\x90\xb2", NGX_OK },
        { "^\\p{Uppercase}\\p{Lower}\\p{AHex}$", "AbF", NGX_OK }
    };

    matches(pool, list);
}


static void
groups(ngx_pool_t *pool)
{
    static const match_case_t  list[] = {
        { "^(a)\\1$", "aa", NGX_OK }, { "^(a|b)\\1$", "ab", NGX_DECLINED },
        { "^(?<n>.)\\k<n>$", "xx", NGX_OK },
        { "^\\k<n>(?<n>x)$", "x", NGX_OK },      /* not yet: empty */
        { "^\\1(x)$", "x", NGX_OK },
        { "^(?:(a)|b)\\1c$", "bc", NGX_OK },     /* not taken: empty */
        { "^(?:(a)|b)\\1+c$", "bc", NGX_OK },    /* however often */
        { "^\\1{2}(x)\\1{2}$", "xxx", NGX_OK },
        { "^(\\1{1,2}x)$", "x", NGX_OK },
        { "^(?<$_a1>x)(?<b>y)\\k<b>\\k<$_a1>$", "xyyx", NGX_OK },
        { "^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10$", "abcdefghijj", NGX_OK },
        { "^(a)\\1" "0$", "aa0", NGX_ERROR },    /* the tenth of one */
        { "^[(](a)\\1$", "(aa", NGX_OK },        /* no group in a class */
        { "^\\((a)\\1$", "(aa", NGX_OK },
        { "a(?=b)", "ab", NGX_OK }, { "a(?!b)", "ab", NGX_DECLINED },
        { "(?<=a)b", "ab", NGX_OK }, { "(?<!a)b", "ab", NGX_DECLINED },
        { "(?<=ab|c)d", "abd", NGX_OK },
        { "^(?=.*[A-Z])(?=.*\\d).{4,}$", "abC1", NGX_OK },
        { "^(?=.*[A-Z])(?=.*\\d).{4,}$", "abc1", NGX_DECLINED }
    };
    ngx_str_t            why, text;
    api_regex_t         *re;

    test_note("the tenth of one");
    text = test_str(list[11].pattern);
    check_int(api_regex_compile(pool, &text, &re, &why),
              NGX_DECLINED);

    all(pool, list, 11);
    all(pool, list + 12, sizeof(list) / sizeof(list[0]) - 12);
}


static void
refuses_with_a_place(ngx_pool_t *pool)
{
    size_t        i, len;
    ngx_str_t     text, why;
    api_regex_t  *re;
    static const refusal_case_t  list[] = {
        { "a(", "a ) is missing, at character 3" },
        { "\xc3\xa4)", "no ( for this, at character 2" },
        { "*", "could repeat, at character 1" },
        { "a++", "could repeat, at character 3" },
        { "a**", "could repeat, at character 3" },
        { "^*", "could repeat, at character 2" },
        { "(?=a)*", "could repeat, at character 6" },
        { "(*ACCEPT)", "could repeat, at character 2" },
        { "(?i)a", "has no such group: behind (? comes one of : = ! <= <! "
          "<name>, at character 2" },
        { "(?>a)", "at character 2" }, { "(?|a)", "at character 2" },
        { "(?R)", "at character 2" }, { "(?1)", "at character 2" },
        { "(?P<n>a)", "at character 2" }, { "(?#a)", "at character 2" },
        { "(?'n'a)", "at character 2" },
        { "(?<1>a)", "ends it, at character 5" },
        { "(?<>a)", "ends it, at character 4" },
        { "(?<a", "ends it, at character 5" },
        { "(?<a>x)(?<a>y)", "this name, at character 13" },
        { "\\k<a>", "no group has this name, at character 6" },
        { "\\k", "as \\k<name>, at character 3" },
        { "(a)\\2", "fewer groups than that, at character 6" },
        { "\\99999999999999999999", "fewer groups than that, at character 3" },
        { "a{", "{n,m}, at character 3" }, { "a{,2}", "at character 3" },
        { "a{1", "{n,m}, at character 4" }, { "a{1,x}", "at character 5" },
        { "a{2,1}", "less than the minimum, at character 6" },
        { "a{65536}", "to 65535 at most, at character 8" },
        { "{", "needs a backslash, at character 1" },
        { "}", "needs a backslash, at character 1" },
        { "]", "needs a backslash, at character 1" },
        { "[[:alpha:]]", "needs a backslash, at character 11" },
        { "[a", "a ] is missing, at character 3" },
        { "[a-", "a ] is missing, at character 4" },
        { "[]]", "needs a backslash, at character 3" },
        { "[b-a]", "before it begins, at character 5" },
        { "[\\d-z]", "write \\-, at character 6" },
        { "[a-\\d]", "write \\-, at character 6" },
        { "\\", "ends with a backslash, at character 2" },
        { "\\a", "no such escape in ECMA-262, at character 2" },
        { "\\Q", "at character 2" }, { "\\A", "at character 2" },
        { "\\z", "at character 2" }, { "\\R", "at character 2" },
        { "\\K", "at character 2" }, { "\\G", "at character 2" },
        { "\\h", "at character 2" }, { "\\N", "at character 2" },
        { "\\C", "at character 2" }, { "\\X", "at character 2" },
        { "\\g{1}", "at character 2" }, { "\\e", "at character 2" },
        { "\\-", "has no such escape, at character 2" },
        { "\\_", "at character 2" }, { "\\\xc3\xa4", "at character 2" },
        { "[\\B]", "at character 3" },
        { "\\07", "no octal escapes, write \\xHH, at character 2" },
        { "[\\1]", "at character 3" },
        { "\\x4", "two hex digits, at character 3" },
        { "\\u004", "at character 3" }, { "\\u{}", "at character 4" },
        { "\\u{110000}", "a closing brace, at character 10" },
        { "\\u{41", "at character 6" }, { "\\c1", "at character 2" },
        { "\\c", "\\c needs a letter, at character 2" },
        { "\\p", "such as \\p{Letter}, at character 3" },
        { "\\pL", "at character 3" },
        { "\\p{letter}", "upper and lower case matter, at character 3" },
        { "\\p{ L}", "at character 4" }, { "\\p{^L}", "at character 4" },
        { "\\p{L&}", "at character 5" }, { "\\p{Xan}", "at character 3" },
        { "\\p{Greek}", "at character 3" },
        { "\\p{Script=greek}", "at character 3" },
        { "\\p{Block=Greek}", "at character 3" },
        { "\\p{Script=}", "at character 11" },
        { "\\p{L", "at character 5" },
        { "\xff", "this is not UTF-8, at character 1" },
        { "[\xc3]", "this is not UTF-8, at character 2" },
        { "(?<=a+)b", "or match what it looks at" },
        { "(?:(?:a{500}){500}){500}", "too large for PCRE2: repeat its groups "
          "less often, or name fewer characters" }
    };

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        test_note("%s", list[i].pattern);

        text = test_copy(pool, list[i].pattern, strlen(list[i].pattern));
        re = NULL;
        ngx_str_null(&why);

        check_int(api_regex_compile(pool, &text, &re, &why),
                  NGX_DECLINED);
        check(re == NULL);

        len = strlen(list[i].why);
        check(why.len >= len);
        check_bytes(why.data + why.len - len, len, list[i].why, len);
    }
}


static void
declines_what_is_not_utf8(ngx_pool_t *pool)
{
    check_int(schema_search(pool, "a", "a\xff", 2, NULL), NGX_DECLINED);
    check_int(schema_search(pool, "", "\xed\xa0\x80", 3, NULL), NGX_DECLINED);
    check_int(schema_search(pool, "", "\xc3", 1, NULL), NGX_DECLINED);
}


static ngx_int_t
compile_short_of_memory(ngx_pool_t *pool, void *data)
{
    ngx_int_t     rc;
    ngx_str_t     why;
    api_regex_t  *re;

    rc = api_regex_compile(pool, data, &re, &why);

    /* a sentence takes memory, too */
    return rc == NGX_DECLINED ? NGX_OK : rc;
}


static void
lives_with_little_memory(ngx_pool_t *pool)
{
    ngx_str_t  text;

    (void) pool;

    text = test_str("^[\\S]+(?:a|b){3}$");
    check_oom(compile_short_of_memory, &text);

    text = test_str("(a");
    check_oom(compile_short_of_memory, &text);

    text = test_str("\\p{CWKCF}");
    check_oom(compile_short_of_memory, &text);
}


static void
all(ngx_pool_t *pool, const match_case_t *list, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        test_note("%s of \"%s\"", list[i].pattern, list[i].text);
        check_int(schema_search(pool, list[i].pattern, list[i].text,
                        strlen(list[i].text), NULL),
                  list[i].want);
    }
}


static const test_case_t  cases[] = {
    { "searches anywhere", searches_anywhere },
    { "repeats", repeats },
    { "has the sets of ECMA-262", has_the_sets_of_ecma },
    { "has the spaces of ECMA-262", has_the_spaces_of_ecma },
    { "escapes", escapes },
    { "classes", classes },
    { "properties", properties },
    { "groups", groups },
    { "refuses with a place", refuses_with_a_place },
    { "declines what is not UTF-8", declines_what_is_not_utf8 },
    { "lives with little memory", lives_with_little_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
