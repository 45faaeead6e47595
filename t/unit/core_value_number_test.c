
#include "core/value_number.h"
#include "test.h"


/* ascending; every pair is compared both ways */

static const char  *ascending[] = {
    "-1e999999",
    "-100000000000000000000000000000000000001",
    "-1e38",
    "-1000.5",
    "-1000",
    "-1",
    "-0.10000000000000000000000000000000000001",
    "-0.1",
    "-1e-999999",
    "0",
    "1e-999999",
    "0.000001",
    "0.1",
    "0.10000000000000000000000000000000000001",
    "0.11",
    "0.9",
    "1",
    "1.00000000000000000000000000000000000001",
    "9",
    "10",
    "99",
    "100",
    "9007199254740992",
    "9007199254740993",
    "1e38",
    "100000000000000000000000000000000000001",
    "1e999999",
    NULL
};

static const char  *equal[][2] = {
    { "0", "-0" },
    { "0", "0.000" },
    { "0", "0e500" },
    { "1", "1.0" },
    { "1", "1e0" },
    { "1", "10e-1" },
    { "1", "0.1e1" },
    { "1", "0.001E+3" },
    { "123.45", "12345e-2" },
    { "123.45", "0.12345e3" },
    { "-100", "-1e2" },
    { "100.10", "100.1" },
    { "1000", "1e3" },
    { NULL, NULL }
};


static void
compares(ngx_pool_t *pool)
{
    int                  got;
    ngx_str_t            s, t;
    ngx_uint_t           i, j;
    api_value_number_t   a, b;

    (void) pool;

    for (i = 0; ascending[i] != NULL; i++) {
        for (j = 0; ascending[j] != NULL; j++) {
            test_note("%s and %s", ascending[i], ascending[j]);

            s = test_str(ascending[i]);
            t = test_str(ascending[j]);
            check_int(api_value_number_parse(&s, &a), 1);
            check_int(api_value_number_parse(&t, &b), 1);

            got = api_value_number_compare(&a, &b);
            check_int(got < 0 ? -1 : got > 0 ? 1 : 0,
                      i < j ? -1 : i > j ? 1 : 0);
        }
    }

    for (i = 0; equal[i][0] != NULL; i++) {
        test_note("%s and %s", equal[i][0], equal[i][1]);

        s = test_str(equal[i][0]);
        t = test_str(equal[i][1]);
        check_int(api_value_number_parse(&s, &a), 1);
        check_int(api_value_number_parse(&t, &b), 1);

        check_int(api_value_number_compare(&a, &b), 0);
        check_int(api_value_number_compare(&b, &a), 0);
    }
}


static void
keeps_the_grammar_of_json(ngx_pool_t *pool)
{
    ngx_str_t            s;
    ngx_uint_t           i;
    api_value_number_t   n;
    static const char   *good[] = {
        "0", "-0", "7", "10", "-12", "0.5", "-0.0", "1e5", "1E+5", "1e-05",
        "0e0", "120.300e009", NULL
    };
    static const char   *bad[] = {
        "", "-", "+1", "01", "-01", "00", ".5", "1.", "-.5", "1e", "1e+",
        "1e5.", "1.e5", " 1", "1 ", "0x1", "1_0", "NaN", "Infinity", "-e5",
        "--1", "1-", "1e5e5", "1.2.3", "1,2", NULL
    };

    for (i = 0; good[i] != NULL; i++) {
        test_note("%s", good[i]);
        s = test_copy(pool, good[i], strlen(good[i]));
        check_int(api_value_number_parse(&s, &n), 1);
    }

    for (i = 0; bad[i] != NULL; i++) {
        test_note("%s", bad[i]);
        s = test_copy(pool, bad[i], strlen(bad[i]));
        check_int(api_value_number_parse(&s, &n), 0);
    }

    s = test_copy(pool, "1\0", 2);
    check_int(api_value_number_parse(&s, &n), 0);
}


static void
reads_integers(ngx_pool_t *pool)
{
    ngx_str_t            s;
    ngx_uint_t           i;
    api_value_number_t   n;
    static const char   *bad[] = {
        "", "-", "+1", "1.0", "1e2", " 1", "1 ", "0x1", "--1", "1-", NULL
    };

    s = test_copy(pool, "-00120", 6);
    check_int(api_value_number_integer(&s, &n), 1);
    check_int(n.negative, 1);
    check_int(n.weight, 2);
    check_int(n.scale, 0);
    check_int(n.end - n.first, 3);

    s = test_copy(pool, "000", 3);
    check_int(api_value_number_integer(&s, &n), 1);
    check(n.first == n.end);

    for (i = 0; bad[i] != NULL; i++) {
        test_note("%s", bad[i]);
        s = test_copy(pool, bad[i], strlen(bad[i]));
        check_int(api_value_number_integer(&s, &n), 0);
    }
}


static void
reads_sizes(ngx_pool_t *pool)
{
    size_t     n;
    ngx_str_t  s;

    (void) pool;

    s = test_str("999999999");
    check_int(api_value_number_size(&s, &n), 1);
    check_int(n, 999999999);

    s = test_str("0");
    check_int(api_value_number_size(&s, &n), 1);
    check_int(n, 0);

    s = test_str("1000000000");
    check_int(api_value_number_size(&s, &n), 0);
    s = test_str("-1");
    check_int(api_value_number_size(&s, &n), 0);
    s = test_str("1.0");
    check_int(api_value_number_size(&s, &n), 0);
    s = test_str("");
    check_int(api_value_number_size(&s, &n), 0);
}


/* at PostgreSQL 15's own borders, each tried against it */

static void
knows_what_numeric_holds(ngx_pool_t *pool)
{
    u_char              *p;
    ngx_str_t            s;
    ngx_uint_t           i;
    api_value_number_t   n;
    static const struct {
        const char  *text;
        ngx_uint_t   fits;
    } tests[] = {
        { "1e131071", 1 },
        { "9.9e131071", 1 },
        { "1e131072", 0 },
        { "0.1e131072", 1 },
        { "10e131071", 0 },
        { "1e-16383", 1 },
        { "1e-16384", 0 },
        { "1.0e-16382", 1 },
        { "1.0e-16383", 0 },
        { "0e-16384", 0 },
        { "0e131072", 1 },
        { "0e999999", 1 },
        { "0e1000001", 0 },
        { "1e99999999999999999999999999", 0 },
        { "1e-99999999999999999999999999", 0 },
        { "0e00000000000000000000000000000001", 1 },
        { NULL, 0 }
    };

    for (i = 0; tests[i].text != NULL; i++) {
        test_note("%s", tests[i].text);

        s = test_str(tests[i].text);
        check_int(api_value_number_parse(&s, &n), 1);
        check_int(api_value_number_fits(&n), tests[i].fits);
    }

    p = ngx_palloc(pool, 131073);
    check(p != NULL);
    memset(p, '9', 131073);

    s.data = p;
    s.len = 131072;
    check_int(api_value_number_parse(&s, &n), 1);
    check_int(api_value_number_fits(&n), 1);

    s.len = 131073;
    check_int(api_value_number_parse(&s, &n), 1);
    check_int(api_value_number_fits(&n), 0);

    p[1] = '.';
    s.len = 2 + 16383;
    check_int(api_value_number_parse(&s, &n), 1);
    check_int(api_value_number_fits(&n), 1);

    s.len++;
    check_int(api_value_number_parse(&s, &n), 1);
    check_int(api_value_number_fits(&n), 0);
}


static void
counts_what_is_written_out(ngx_pool_t *pool)
{
    size_t               left;
    ngx_str_t            s;
    ngx_uint_t           i;
    api_value_number_t   n;
    static const struct {
        const char  *text;
        size_t       digits;
        ngx_uint_t   is_short;
        size_t       more;
    } tests[] = {
        { "0", 1, 1, 0 },
        { "-12.50", 4, 1, 0 },
        { "1e2", 3, 1, 0 },
        { "1e9", 10, 1, 7 },
        { "-1E+9", 10, 1, 5 },
        { "1e-9", 10, 1, 6 },
        { "1.5e300", 301, 1, 294 },
        { "1e999", 1000, 1, 995 },
        { "1e1000", 1001, 0, 995 },
        { "10e999", 1001, 0, 995 },
        { "0.1e1001", 1001, 0, 993 },
        { "1e-999", 1000, 1, 994 },
        { "1e-1000", 1001, 0, 994 },
        { "1.00e-997", 1000, 1, 991 },
        { "1.00e-998", 1001, 0, 992 },
        { "5e-324", 325, 1, 319 },
        { "2.2250738585072014e-308", 325, 1, 302 },
        { "1.7976931348623157e308", 309, 1, 287 },
        { "0e900000", 1, 1, 0 },
        { "0e-16383", 16384, 0, 16376 },
        { "1e131071", 131072, 0, 131064 },
        { "1e1000001", 0, 0, 0 },
        { "0e-1000001", 0, 0, 0 },
        { NULL, 0, 0, 0 }
    };

    for (i = 0; tests[i].text != NULL; i++) {
        test_note("%s", tests[i].text);

        s = test_str(tests[i].text);
        check_int(api_value_number_parse(&s, &n), 1);
        check_int(api_value_number_short(&n, &s), tests[i].is_short);

        if (tests[i].digits == 0) {
            left = 1000000000;
            check_int(api_value_number_spend(&s, &left), 0);
            continue;
        }

        check_int(api_value_number_digits(&n), tests[i].digits);

        left = tests[i].more;
        check_int(api_value_number_spend(&s, &left), 1);
        check_int(left, 0);

        if (tests[i].more != 0) {
            left = tests[i].more - 1;
            check_int(api_value_number_spend(&s, &left), 0);
            check_int(left, tests[i].more - 1);
        }
    }

    /* what is sent in full may be long */

    s.data = ngx_palloc(pool, 5000);
    check(s.data != NULL);
    memset(s.data, '7', 5000);
    s.len = 5000;

    check_int(api_value_number_parse(&s, &n), 1);
    check_int(api_value_number_short(&n, &s), 1);

    s.data[4998] = 'e';
    s.data[4999] = '2';

    check_int(api_value_number_parse(&s, &n), 1);
    check_int(api_value_number_digits(&n), 5000);
    check_int(api_value_number_short(&n, &s), 1);

    s.data[4999] = '3';

    check_int(api_value_number_parse(&s, &n), 1);
    check_int(api_value_number_short(&n, &s), 0);
}


static void
writes_whole_numbers_plainly(ngx_pool_t *pool)
{
    ngx_str_t   s, out;
    ngx_uint_t  i;

    static const struct {
        const char  *text;
        const char  *plain;       /* NULL: it has a fraction */
    } tests[] = {
        { "0", "0" },
        { "-0", "0" },
        { "0.0", "0" },
        { "-0.0e5", "0" },
        { "0e99999999999", "0" },
        { "7", "7" },
        { "-7", "-7" },
        { "1.0", "1" },
        { "-12.000", "-12" },
        { "1e2", "100" },
        { "1.5E+1", "15" },
        { "-1.25e2", "-125" },
        { "100e-2", "1" },
        { "120.0e-1", "12" },
        { "0.001e3", "1" },
        { "9223372036854775807", "9223372036854775807" },
        { "-9223372036854775808", "-9223372036854775808" },
        { "1e19", "10000000000000000000" },
        { "-1e19", "-10000000000000000000" },
        { "123456789012345678901234567890",
          "123456789012345678901234567890" },
        { "1e20", "1e20" },
        { "1e131071", "1e131071" },
        { "1e99999999999999", "1e99999999999999" },
        { "0.5", NULL },
        { "1.01", NULL },
        { "-15e-1", NULL },
        { "1e-1", NULL },
        { "1e-99999999999999", NULL },
        { "123456789012345678901234567890.5", NULL },
        { "", NULL },
        { "x", NULL },
        { NULL, NULL }
    };

    for (i = 0; tests[i].text != NULL; i++) {
        test_note("%s", tests[i].text);

        s = test_str(tests[i].text);

        if (tests[i].plain == NULL) {
            check_int(api_value_number_plain(pool, &s, &out), NGX_DECLINED);
            continue;
        }

        check_int(api_value_number_plain(pool, &s, &out), NGX_OK);
        check_bytes(out.data, out.len, tests[i].plain,
                    strlen(tests[i].plain));
        check_int(out.data[out.len], '\0');
    }
}


static const test_case_t  cases[] = {
    { "compares", compares },
    { "keeps the grammar of JSON", keeps_the_grammar_of_json },
    { "reads integers", reads_integers },
    { "reads sizes", reads_sizes },
    { "knows what numeric holds", knows_what_numeric_holds },
    { "counts what is written out", counts_what_is_written_out },
    { "writes whole numbers plainly", writes_whole_numbers_plainly },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
