
#include "schema/format.h"
#include "test.h"


static void all(ngx_pool_t *pool, const char *name, const char *const *texts,
    ngx_uint_t want);
static ngx_uint_t fits(ngx_pool_t *pool, const char *name, const void *data,
    size_t len);


static void
has_every_format(ngx_pool_t *pool)
{
    size_t                    i, j;
    ngx_str_t                 name;
    const char               *sentence;
    api_schema_format_pt      form;
    static const char *const  names[] = {
        "date-time", "date", "time", "duration", "email", "idn-email",
        "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference",
        "iri", "iri-reference", "uuid", "uri-template", "json-pointer",
        "relative-json-pointer", "regex"
    };

    (void) pool;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        test_note("%s", names[i]);
        name = test_str(names[i]);

        form = api_schema_format_find(&name);
        check(form != NULL);

        sentence = api_schema_format_sentence(&name);
        check(sentence != NULL && strncmp(sentence, "must be ", 8) == 0);

        for (j = 0; j < i; j++) {
            name = test_str(names[j]);
            check(api_schema_format_find(&name) != form);
        }
    }

    name = test_str("Date");
    check(api_schema_format_find(&name) == NULL);
    check(api_schema_format_sentence(&name) == NULL);

    name = test_str("dat");
    check(api_schema_format_find(&name) == NULL);

    name = test_str("");
    check(api_schema_format_find(&name) == NULL);
}


/* a client that writes as the sentence shows is not refused again */

static void
sentences_show_what_passes(ngx_pool_t *pool)
{
    check_int(fits(pool, "date-time", "2026-11-21T09:30:00Z", 20), 1);
    check_int(fits(pool, "date", "2026-11-21", 10), 1);
    check_int(fits(pool, "time", "09:30:00Z", 9), 1);
    check_int(fits(pool, "duration", "P1DT12H", 7), 1);
    check_int(fits(pool, "hostname", "www.example.com", 15), 1);
    check_int(fits(pool, "ipv4", "192.0.2.1", 9), 1);
    check_int(fits(pool, "ipv6", "2001:db8::1", 11), 1);
    check_int(fits(pool, "uri", "https://example.com/", 20), 1);
    check_int(fits(pool, "iri", "https://example.com/", 20), 1);
    check_int(fits(pool, "uri-reference", "../a?b=c", 8), 1);
    check_int(fits(pool, "iri-reference", "../a?b=c", 8), 1);
    check_int(fits(pool, "uuid", "2f6b3e1c-8d0a-4c7e-9b52-6f1d3a5c7e90", 36),
              1);
    check_int(fits(pool, "uri-template", "/users/{id}", 11), 1);
    check_int(fits(pool, "json-pointer", "/items/0/name", 13), 1);
    check_int(fits(pool, "relative-json-pointer", "1/name", 6), 1);
}


static void
dates(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "2026-11-21", "0000-02-29", "0001-01-01", "9999-12-31", "2000-02-29",
        "0400-02-29", "2024-02-29", "2023-04-30", NULL
    };
    static const char *const  bad[] = {
        "", "2026-1-21", "2026-00-21", "2026-13-21", "2026-11-00",
        "2026-11-31", "2023-02-29", "1900-02-29", "2100-02-29", "0100-02-29",
        "2026/11/21", "20261121", "2026-W01", "2026-11-2:", "2026-11-21Z",
        "+2026-11-21", "12026-11-21", "2026-11-2\xe0\xa7\xaa", NULL
    };

    all(pool, "date", good, 1);
    all(pool, "date", bad, 0);
}


static void
times(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "00:00:00Z", "23:59:59z", "08:30:06.283185Z", "08:30:06+00:20",
        "08:30:06-23:59", "12:34:56-00:00", "00:00:00.00000000000000000000Z",
        "23:59:60Z", "23:59:60.5Z", "15:59:60-08:00", "01:29:60+01:30",
        "00:29:60-23:30", "23:29:60+23:30", NULL
    };
    static const char *const  bad[] = {
        "", "12:00:00", "12:00:00.5", "12:00Z", "24:00:00Z", "00:60:00Z",
        "00:00:61Z", "1:00:00Z", "12:00:00.Z", "12:00:00,5Z", "12-00-00Z",
        "12:00:00+24:00", "12:00:00+00:60", "12:00:00+01", "12:00:00+0100",
        "12:00:00 Z", "12:00:00Z+01:00", "23:58:60Z", "22:59:60Z",
        "23:59:60+01:00", "23:59:60-00:30", "00:59:60-00:01", NULL
    };

    all(pool, "time", good, 1);
    all(pool, "time", bad, 0);
}


static void
dates_and_times(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "2026-11-21T09:30:00Z", "2026-11-21t09:30:00.5+05:30",
        "1998-12-31T23:59:60Z", "1998-12-31T15:59:60.123-08:00",
        "0000-01-01T00:00:00-00:00", NULL
    };
    static const char *const  bad[] = {
        "", "2026-11-21", "09:30:00Z", "2026-11-21 09:30:00Z",
        "2026-11-21T09:30:00", "2026-02-30T09:30:00Z", "2026-11-21T09:30Z",
        "2016-12-31T24:59:60+01:00", "2026-11-21T", NULL
    };

    all(pool, "date-time", good, 1);
    all(pool, "date-time", bad, 0);
}


static void
durations(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "P1Y", "P1M", "P1D", "PT1H", "PT1M", "PT1S", "P1W", "P0D",
        "P1Y2M3DT4H5M6S", "P1Y2M", "P2M3D", "P3DT4H", "PT4H5M", "PT5M6S",
        "P1YT6S", "P007D", "P99999999999999999999999999D", NULL
    };
    static const char *const  bad[] = {
        "", "P", "PT", "1D", "p1d", "P1", "PD", "P1DT", "PT1D", "P1S", "P1H",
        "P2D1Y", "P1Y2D", "PT1H2S", "P1Y2W", "P1W1D", "P1WT1H", "P1D1D",
        "P-1D", "P1.5D", "PT0,5S", "P1D2H", "-P1D", "P 1D", NULL
    };

    all(pool, "duration", good, 1);
    all(pool, "duration", bad, 0);
}


static void
mailboxes(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "a@b", "joe.bloggs+tag@example.com", "te~st@example.com",
        "!#$%&'*+-/=?^_`{|}~@x.y", "\"joe bloggs\"@example.com",
        "\"a..b\"@x", "\"a@b\"@x", "\"\"@x", "\"a\\\"b\\\\\"@x",
        "joe@[127.0.0.1]", "joe@[IPv6:::1]", "joe@[ipv6:2001:db8::1]",
        "a@xn--9t4b11yi5a.com",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@x",
        NULL
    };
    static const char *const  bad[] = {
        "", "@", "a", "a@", "@b", "a@b@c", ".a@b", "a.@b", "a..b@c",
        "a b@c", "a@b_c", "a@-b", "a@b-", "a@b..c", "a@b.", "a@[127.0.0.300]",
        "a@[127.0.0.1", "a@127.0.0.1]", "a@[IPv6:1]", "a@[::1]", "a@[x:y]",
        "a@[]", "\"a@b", "\"a\"b@c", "\"a\nb\"@c", "\"a\\\xc3\xa4\"@b",
        "a@b, c@d", "a\\b@c", "a(b)@c", "<a@b>", "\xc3\xa4@b", "a@\xc3\xa4",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@x",
        NULL
    };
    static const char *const  good_idn[] = {
        "a@b", "\xec\x8b\xa4\xeb\xa1\x80@\xec\x8b\xa4\xeb\xa1\x80.com",
        "\"\xc3\xa4 \xc3\xb6\"@\xc3\xa4.de", "a@cafe\xcc\x81.com",
        "\xf0\x9d\x95\x8f@example.com", NULL
    };
    static const char *const  bad_idn[] = {
        "a\xef\xbc\xa0" "b.com", "\xff@b", "a@\xff", "a@b\xe3\x80\x82" "c",
        "\"\\\xc3\xa4\"@b", "a@\xe2\x82\xac.de", NULL
    };

    all(pool, "email", good, 1);
    all(pool, "email", bad, 0);
    all(pool, "idn-email", good, 1);
    all(pool, "idn-email", good_idn, 1);
    all(pool, "idn-email", bad_idn, 0);
}


#define LABEL63  "abcdefghijklmnopqrstuvwxyzabcdefghijk"                     \
                 "lmnopqrstuvwxyzabcdefghijk"


static void
hosts(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "a", "1", "www.example.com", "A-B.C", "a--b.com", "ab--cd.com",
        "127.0.0.1", "xn--4gbwdl.xn--wgbh1c", "XN--4GBWDL", LABEL63 ".com",
        LABEL63 "." LABEL63 "." LABEL63 "." "abcdefghijklmnopqrstuvwxyz"
        "abcdefghijklmnopqrstuvwxyzabcdefghi", NULL
    };
    static const char *const  bad[] = {
        "", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "a b", "a.b-.c",
        LABEL63 "l", "xn--X", "xn--", "xn---", "xn--7a", "XN--aa---o47jg78q",
        "xn--0ca24w", "xn--hello-zed", "\xc3\xa4.de", "a\xef\xbc\x8e" "b",
        "\xe2\x84\xaa" "elvin.com",
        LABEL63 "." LABEL63 "." LABEL63 "." "abcdefghijklmnopqrstuvwxyz"
        "abcdefghijklmnopqrstuvwxyzabcdefghij", NULL
    };

    all(pool, "hostname", good, 1);
    all(pool, "hostname", bad, 0);
}


#define GREEK8   "\xce\xb1\xcf\x89\xce\xb1\xcf\x89"                       \
                 "\xce\xb1\xcf\x89\xce\xb1\xcf\x89"


static void
international_hosts(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "a", "A.B", "\xec\x8b\xa4\xeb\xa1\x80.\xed\x85\x8c",
        "a\xe3\x80\x82" "b", "a\xef\xbc\x8e" "b", "a\xef\xbd\xa1" "b",
        "l\xc2\xb7l",                      /* MIDDLE DOT between two l */
        "\xce\xb1\xcd\xb5\xce\xb2",        /* KERAIA before Greek */
        "\xd7\x90\xd7\xb3\xd7\x91",        /* GERESH behind Hebrew */
        "\xe3\x83\xbb\xe3\x81\x81",        /* KATAKANA MIDDLE DOT */
        "\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7",   /* ZWJ */
        "\xd8\xa8\xd9\xa0\xd8\xa8", "\xdb\xb0" "0",
        "a.\xd7\x90", "a1.\xd7\x90", "xn--4dbc5h.a", "\xc3\xa4.\xd7\x90",
        LABEL63, GREEK8 GREEK8 GREEK8 GREEK8 GREEK8 GREEK8 "\xce\xb1", NULL
    };
    static const char *const  bad[] = {
        "", ".", "\xe3\x80\x82", "a\xe3\x80\x82", "\xef\xbc\x8e" "a", "a..b",
        "-a", "a-", "ab--cd", "\xff", "a\xc3",
        "\xcc\x80" "a",                    /* begins with a mark */
        "cafe\xcc\x81",                    /* not NFC */
        "B\xc3\xbc" "cher",                /* upper case: no U-label */
        "a\xc2\xb7l", "l\xc2\xb7", "\xce\xb1\xcd\xb5", "A\xd7\xb3\xd7\x91",
        "def\xe3\x83\xbb" "abc", "\xd8\xa8\xd9\xa0\xdb\xb0",
        "\xe0\xa4\x95\xe2\x80\x8d\xe0\xa4\xb7",
        "0a.\xd7\x90", "\xd7\x90.0a",      /* a digit beside RTL */
        "0a.xn--4dbc5h", "\xca\xba" "a.\xd7\x90", "a\xca\xba.\xd7\x90",
        "0\xd8\xa7", "a\xd7\x90", "\xd7\x90" "0\xd9\xa0",
        "\xe2\x82\xac",
        LABEL63 "l",
        /* 56 letters, of which the A-label makes 64 */
        GREEK8 GREEK8 GREEK8 GREEK8 GREEK8 GREEK8 GREEK8,
        NULL
    };

    all(pool, "idn-hostname", good, 1);
    all(pool, "idn-hostname", bad, 0);
}


static void
addresses(ngx_pool_t *pool)
{
    static const char *const  good4[] = { "0.0.0.0", "255.255.255.255", NULL };
    static const char *const  bad4[] = {
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4/8",
        "0x7f.0.0.1", "1.2.3.\xe0\xa7\xaa", NULL
    };
    static const char *const  good6[] = {
        "::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", NULL
    };
    static const char *const  bad6[] = {
        "", ":", "1", "1::2::3", "12345::", "::1%eth0", "[::1]", "::/64",
        "::ffff:1.2.3.04", "1:2:3:4:5:6:7:8:9", NULL
    };
    static const char *const  bad_uuid[] = {
        "", "2f6b3e1c8d0a4c7e9b526f1d3a5c7e90",
        "{2f6b3e1c-8d0a-4c7e-9b52-6f1d3a5c7e90}",
        "2f6b3e1c-8d0a-4c7e-9b52-6f1d3a5c7e9g", NULL
    };

    all(pool, "ipv4", good4, 1);
    all(pool, "ipv4", bad4, 0);
    all(pool, "ipv6", good6, 1);
    all(pool, "ipv6", bad6, 0);
    all(pool, "uuid", bad_uuid, 0);
}


static void
references(ngx_pool_t *pool)
{
    static const char *const  absolute[] = {
        "http://foo.bar/?baz=qux#quux", "mailto:a@b", "urn:a:b", "a:",
        "http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com",
        "http://[2001:db8::7]:80/c", "http://[v1.fe]", "file:///etc/hosts",
        NULL
    };
    static const char *const  relative[] = {
        "", "/", "//", "//a/b", "/abc", "abc", "?q=1", "#f", "./a:b", "a/b:c",
        "?a:b", "#a:b", "//a:80", NULL
    };
    static const char *const  neither[] = {
        "1:b", ":a", "a b", "\\\\WINDOWS\\share", "#a\\b", "/%zz", "/%4",
        "/a\"b", "/[::1]", "//a:b/c", "//a@b@c/", "http:/[::1]", "#a#b",
        "http://[::ffff:1.2.3.04]", "http://a/ ", "http://a/\n", NULL
    };
    static const char *const  beyond[] = {
        "http://\xc6\x92\xc3\xb8.\xc3\x9f/?\xe2\x88\x82#\xc3\xae",
        "http://a/\xf0\x90\x8c\x80", "http://a/?\xee\x80\x80",
        "http://a/?\xf3\xb0\x80\x80", "a:\xc2\xa0", NULL
    };
    static const char *const  not_iri[] = {
        "a:\xc2\x9f", "a:\xee\x80\x80", "a:b#\xee\x80\x80", "a:\xef\xb7\x90",
        "a:\xef\xbf\xbf", "a:\xef\xbf\xbd", "a:\xf0\x9f\xbf\xbe",
        "a:\xf3\xa0\x80\x80", "a:\xff", "a:\xc3", "a\xc3\xa4:b",
        "a:?\xf4\x8f\xbf\xbf", NULL
    };

    all(pool, "uri", absolute, 1);
    all(pool, "uri-reference", absolute, 1);
    all(pool, "iri", absolute, 1);
    all(pool, "uri-reference", relative, 1);
    all(pool, "iri-reference", relative, 1);
    all(pool, "uri", relative, 0);
    all(pool, "iri", relative, 0);
    all(pool, "uri-reference", neither, 0);
    all(pool, "iri-reference", neither, 0);
    all(pool, "iri", beyond, 1);
    all(pool, "uri", beyond, 0);
    all(pool, "uri-reference", beyond, 0);
    all(pool, "iri-reference", not_iri, 0);
}


static void
templates(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "", "a", "/users/{id}", "{+a}{#a}{.a}{/a}{;a}{?a}{&a}", "{=a}{|a}{,a}",
        "{a:1}", "{a:9999}", "{a*}", "{a,b:3,c*}", "{a.b}", "{%41}", "{_}",
        "a%41b", "a'b", "\xf0\x9f\x98\x80", NULL
    };
    static const char *const  bad[] = {
        "{", "}", "{}", "{a", "a}", "{a,}", "{a,,b}", "{a..b}",
        "{.}", "{a.}", "{a:0}", "{a:01}", "{a:10000}", "{a:}", "{a**}",
        "{a b}", "{++a}", "{a=b}", "{{a}}", "{%4}", "a b", "a%4", "a\"", "<",
        ">", "\\", "^", "`", "|", "\x7f", "\x01", "\xc2\x80", "\xff", NULL
    };

    all(pool, "uri-template", good, 1);
    all(pool, "uri-template", bad, 0);
}


static void
pointers(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "", "/", "//", "/a~0~1b", "/a b/\xc3\xa4", "/~01", NULL
    };
    static const char *const  bad[] = {
        "a", "#", "#/a", "/~", "/a~", "/~2", "/~~0", "/~1~", NULL
    };
    static const char *const  good_relative[] = {
        "0", "10", "1/a", "0#", "2//", "0+1", "1-2/a", "0+10#", NULL
    };
    static const char *const  bad_relative[] = {
        "", "/a", "-1", "+1/a", "01", "01#", "0##", "1#/a", "1a", "0/~",
        "0+", "0+0", "0+01", "0+1+1", "\xd9\xa1/a", NULL
    };

    all(pool, "json-pointer", good, 1);
    all(pool, "json-pointer", bad, 0);
    all(pool, "relative-json-pointer", good_relative, 1);
    all(pool, "relative-json-pointer", bad_relative, 0);

    /* any character of a key, NUL among them */
    check_int(fits(pool, "json-pointer", "/a\0b\n", 5), 1);
}


static void
nul_ends_nothing(ngx_pool_t *pool)
{
    check_int(fits(pool, "date", "2026-11-21\0", 11), 0);
    check_int(fits(pool, "duration", "P1\0", 3), 0);
    check_int(fits(pool, "email", "a@b\0", 4), 0);
    check_int(fits(pool, "email", "a\0@b", 4), 0);
    check_int(fits(pool, "email", "\"\0\"@b", 5), 0);
    check_int(fits(pool, "hostname", "a\0", 2), 0);
    check_int(fits(pool, "idn-hostname", "\xc3\xa4\0.de", 6), 0);
    check_int(fits(pool, "ipv4", "1.2.3.4\0", 8), 0);
    check_int(fits(pool, "uri", "a:b\0", 4), 0);
    check_int(fits(pool, "uri-template", "a\0", 2), 0);
    check_int(fits(pool, "uri-template", "{\0a}", 4), 0);
    check_int(fits(pool, "regex", "a\0", 2), 1);
    check_int(fits(pool, "regex", "\\\0", 2), 0);
}


static void
regexes(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "", "([abc])+\\s+$", "[]", "[^]", "\\cA", "(?<n>a)\\k<n>",
        "(?<=a+)b", "\\p{Script=Kawi}", NULL
    };
    static const char *const  bad[] = {
        "^(abc]", "\\a", "(?P<n>x)", "(?#c)a", "(?i)a", "a{,", NULL
    };

    all(pool, "regex", good, 1);
    all(pool, "regex", bad, 0);
}


/*
 * Every beginning of a text is read no further than its end (ASan), and what
 * libidn2 allocates is given back (LeakSanitizer).
 */

static void
all(ngx_pool_t *pool, const char *name, const char *const *texts,
    ngx_uint_t want)
{
    size_t  len;

    for ( /* void */ ; *texts != NULL; texts++) {
        test_note("%s \"%s\"", name, *texts);
        check_int(fits(pool, name, *texts, strlen(*texts)), want);

        for (len = 0; len < strlen(*texts); len++) {
            (void) fits(pool, name, *texts, len);
        }
    }

    test_note("%s", name);
}


static ngx_uint_t
fits(ngx_pool_t *pool, const char *name, const void *data, size_t len)
{
    ngx_str_t              format, s;
    api_schema_format_pt   form;

    format = test_str(name);
    form = api_schema_format_find(&format);
    s = test_copy(pool, data, len);

    return form ? form(&s) : 99;
}


static const test_case_t  cases[] = {
    { "has every format", has_every_format },
    { "sentences show what passes", sentences_show_what_passes },
    { "dates", dates },
    { "times", times },
    { "dates and times", dates_and_times },
    { "durations", durations },
    { "mailboxes", mailboxes },
    { "hosts", hosts },
    { "international hosts", international_hosts },
    { "addresses", addresses },
    { "references", references },
    { "templates", templates },
    { "pointers", pointers },
    { "a NUL ends nothing", nul_ends_nothing },
    { "regexes", regexes },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
