
#include "schema/number.h"
#include "test.h"


typedef struct {
    const char   *a;
    const char   *b;
    int           result;
} number_test_t;


static void
tells_whole_ones(ngx_pool_t *pool)
{
    ngx_str_t                   s;
    const number_test_t        *t;
    static const number_test_t  tests[] = {
        { "0", NULL, 1 }, { "-0", NULL, 1 }, { "0.0", NULL, 1 },
        { "1", NULL, 1 }, { "1.0", NULL, 1 }, { "1.5", NULL, 0 },
        { "1e2", NULL, 1 }, { "1.25e2", NULL, 1 }, { "1.255e2", NULL, 0 },
        { "100e-2", NULL, 1 }, { "100e-3", NULL, 0 }, { "0.01", NULL, 0 },
        { "0e-5", NULL, 1 }, { "0.0e-99999999", NULL, 1 },
        { "1e99999999", NULL, 1 }, { "1e-99999999", NULL, 0 },
        { "123456789012345678901234567890.0000", NULL, 1 },
        { "123456789012345678901234567890.00001", NULL, 0 },
        { NULL, NULL, 0 }
    };

    for (t = tests; t->a != NULL; t++) {
        test_note("%s", t->a);
        s = test_copy(pool, t->a, strlen(t->a));
        check_int(api_schema_number_whole(&s), t->result);
    }
}


static void
compares(ngx_pool_t *pool)
{
    int                         result;
    ngx_str_t                   a, b;
    const number_test_t        *t;
    api_schema_number_t         bound;
    static const number_test_t  tests[] = {
        { "1", "2", -1 }, { "2", "2", 0 }, { "3", "2", 1 },
        { "-1", "1", -1 }, { "2.0", "2", 0 }, { "20e-1", "2", 0 },
        { "-0", "0", 0 }, { "0.1", "0.10", 0 },
        { "0.30000000000000000000001", "0.3", 1 },
        { "123456789012345678901", "123456789012345678900", 1 },
        { "999999999999999999", "1000000000000000000", -1 },
        { "1e99999999", "1e300", 1 }, { "-1e99999999", "-1e300", -1 },
        { "1e-99999999", "0", 1 }, { "1e-99999999", "1e-300", -1 },
        { NULL, NULL, 0 }
    };

    for (t = tests; t->a != NULL; t++) {
        test_note("%s and %s", t->a, t->b);

        a = test_copy(pool, t->a, strlen(t->a));
        b = test_copy(pool, t->b, strlen(t->b));

        check_int(api_schema_number_read(&b, &bound), NGX_OK);
        result = api_schema_number_compare(&a, &bound);
        check_int((result > 0) - (result < 0), t->result);
    }

    b = test_str("1e1000001");
    check_int(api_schema_number_read(&b, &bound), NGX_DECLINED);
}


/* a fraction of as many zeros as a body may have does not outweigh it */

static void
compares_the_longest(ngx_pool_t *pool)
{
    size_t               zeros;
    u_char              *p;
    ngx_str_t            text, one;
    api_schema_number_t  bound;

    static const char  behind[] = "1e10000019";

    one = test_str("1e300");
    check_int(api_schema_number_read(&one, &bound), NGX_OK);

    zeros = 1000010;
    text.data = p = ngx_pnalloc(pool, zeros + 20);
    check(text.data != NULL);

    p = ngx_cpymem(p, "0.", 2);
    memset(p, '0', zeros);
    p += zeros;
    text.len = (size_t) (ngx_cpymem(p, behind, strlen(behind)) - text.data);

    check(api_schema_number_compare(&text, &bound) > 0);
    check(api_schema_number_whole(&text));
}


static void
finds_multiples(ngx_pool_t *pool)
{
    ngx_str_t                   a, b;
    const number_test_t        *t;
    api_schema_number_t         divisor;
    static const number_test_t  tests[] = {
        { "4", "2", 1 }, { "5", "2", 0 }, { "0", "2", 1 },
        { "-4", "2", 1 }, { "-5", "2", 0 }, { "4.5", "1.5", 1 },
        { "35", "1.5", 0 }, { "0.0075", "0.0001", 1 },
        { "0.00751", "0.0001", 0 }, { "19.99", "0.01", 1 },
        { "0.3", "0.1", 1 }, { "1e308", "0.123456789", 0 },
        { "12391239123", "1e-8", 1 }, { "1e60", "3", 0 },
        { "3e60", "3", 1 }, { "1e60", "1024", 1 }, { "1e9", "1024", 0 },
        { "1e10", "1024", 1 }, { "7e3", "3500", 1 }, { "7e2", "3500", 0 },
        { "1e99999999", "8", 1 }, { "1e99999999", "7", 0 },
        { "1e-99999999", "1", 0 }, { "0e99999999", "7", 1 },
        { "999999999999999989", "999999999999999989", 1 },
        { "1999999999999999978", "999999999999999989", 1 },
        { "1999999999999999979", "999999999999999989", 0 },
        { "999999999999999989999999999999999989", "999999999999999989", 1 },
        { "999999999999999989999999999999999988", "999999999999999989", 0 },
        { NULL, NULL, 0 }
    };

    for (t = tests; t->a != NULL; t++) {
        test_note("%s by %s", t->a, t->b);

        a = test_copy(pool, t->a, strlen(t->a));
        b = test_copy(pool, t->b, strlen(t->b));

        check_int(api_schema_number_read(&b, &divisor), NGX_OK);
        check_int(api_schema_number_divisor(&divisor), NGX_OK);
        check_int(api_schema_number_multiple(&a, &divisor), t->result);
    }
}


static void
refuses_divisors(ngx_pool_t *pool)
{
    ngx_str_t             s;
    const char          **t;
    api_schema_number_t   divisor;
    static const char    *bad[] = {
        "0", "0.0", "-1", "-0.5", "1234567890123456789",
        "0.1234567890123456789", NULL
    };

    for (t = bad; *t != NULL; t++) {
        test_note("%s", *t);
        s = test_copy(pool, *t, strlen(*t));

        check_int(api_schema_number_read(&s, &divisor), NGX_OK);
        check_int(api_schema_number_divisor(&divisor), NGX_DECLINED);
    }

    s = test_str("123456789012345678e400");
    check_int(api_schema_number_read(&s, &divisor), NGX_OK);
    check_int(api_schema_number_divisor(&divisor), NGX_OK);
}


static void
finds_equal_ones(ngx_pool_t *pool)
{
    ngx_str_t                   a, b;
    const number_test_t        *t;
    static const number_test_t  tests[] = {
        { "1", "1", 1 }, { "1", "1.0", 1 }, { "1", "10e-1", 1 },
        { "1", "-1", 0 }, { "0", "-0.0", 1 }, { "0e999999999", "0", 1 },
        { "0.1", "0.10000000000000000001", 0 },
        { "1e99999999", "1e99999999", 1 }, { "1e99999999", "1e99999998", 0 },
        { "9007199254740993", "9007199254740992", 0 },
        { NULL, NULL, 0 }
    };

    for (t = tests; t->a != NULL; t++) {
        test_note("%s and %s", t->a, t->b);

        a = test_copy(pool, t->a, strlen(t->a));
        b = test_copy(pool, t->b, strlen(t->b));

        check_int(api_schema_number_equal(&a, &b), t->result);
        check_int(api_schema_number_equal(&b, &a), t->result);
    }
}


static const test_case_t  cases[] = {
    { "tells whole ones", tells_whole_ones },
    { "compares", compares },
    { "compares the longest", compares_the_longest },
    { "finds multiples", finds_multiples },
    { "refuses divisors", refuses_divisors },
    { "finds equal ones", finds_equal_ones },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
