
/*
 * Two numbers, a line each: how they compare is one order however it is asked,
 * and what is a multiple is one however both are written.  With FUZZ_LOG=FILE
 * each pair and what was found is left there for schema_number.py, which
 * reckons with Python's Decimal.
 */


#include "fuzz.h"
#include "schema/number.h"


static void check_one(ngx_pool_t *pool, const ngx_str_t *text);
static void check_two(ngx_pool_t *pool, const ngx_str_t *a,
    const ngx_str_t *b);
static void check_compare(const ngx_str_t *a, const ngx_str_t *b,
    int compared);
static int check_multiple(ngx_pool_t *pool, const ngx_str_t *a,
    const ngx_str_t *b);
static ngx_str_t longer(ngx_pool_t *pool, const ngx_str_t *text);
static void log_two(const ngx_str_t *a, const ngx_str_t *b, int compared,
    int multiple);
static int sign(int n);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t            a, b;
    ngx_pool_t          *pool;
    const uint8_t       *line;
    api_value_number_t   n, m;

    line = size ? memchr(data, '\n', size) : NULL;

    if (line == NULL) {
        return 0;
    }

    pool = fuzz_pool();
    a = fuzz_copy(pool, data, (size_t) (line - data));
    b = fuzz_copy(pool, line + 1, (size_t) (data + size - line - 1));

    if (api_value_number_parse(&a, &n)) {
        check_one(pool, &a);

        if (api_value_number_parse(&b, &m)) {
            check_two(pool, &a, &b);
        }
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
check_one(ngx_pool_t *pool, const ngx_str_t *text)
{
    ngx_int_t           rc;
    ngx_str_t           plain;
    api_value_number_t  n, m;

    fuzz_check(api_value_number_parse(text, &n));
    fuzz_check(api_schema_number_equal(text, text));

    rc = api_value_number_plain(pool, text, &plain);

    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);
    fuzz_check((rc == NGX_OK) == api_schema_number_whole(text));

    if (rc == NGX_OK && !n.huge) {
        fuzz_check(api_value_number_parse(&plain, &m));
        fuzz_check(api_value_number_compare(&n, &m) == 0);
        fuzz_check(n.weight >= API_VALUE_PLAIN
                   || api_value_number_integer(&plain, &m));
    }
}


static void
check_two(ngx_pool_t *pool, const ngx_str_t *a, const ngx_str_t *b)
{
    int                  compared, multiple;
    ngx_uint_t           equal;
    api_schema_number_t  x, y;

    equal = api_schema_number_equal(a, b);
    fuzz_check(equal == api_schema_number_equal(b, a));

    if (api_schema_number_read(b, &y) != NGX_OK) {
        return;
    }

    compared = sign(api_schema_number_compare(a, &y));
    multiple = check_multiple(pool, a, b);

    if (api_schema_number_read(a, &x) == NGX_OK) {
        fuzz_check(equal == (compared == 0));
        fuzz_check(compared == -sign(api_schema_number_compare(b, &x)));
        check_compare(a, b, compared);
    }

    log_two(a, b, compared, multiple);
}


static void
check_compare(const ngx_str_t *a, const ngx_str_t *b, int compared)
{
    api_value_number_t  n, m;

    fuzz_check(api_value_number_parse(a, &n)
               && api_value_number_parse(b, &m));
    fuzz_check(sign(api_value_number_compare(&n, &m)) == compared);
    fuzz_check(sign(api_value_number_compare(&m, &n)) == -compared);

    if (compared == 0) {
        fuzz_check(api_schema_number_digits(&n)
                   == api_schema_number_digits(&m));
        fuzz_check(n.first == n.end || n.weight == m.weight);
    }
}


/* 1 or 0, -1 for what is no divisor */

static int
check_multiple(ngx_pool_t *pool, const ngx_str_t *a, const ngx_str_t *b)
{
    ngx_str_t            c, d;
    ngx_uint_t           is;
    api_schema_number_t  divisor, other;

    fuzz_check(api_schema_number_read(b, &divisor) == NGX_OK);

    if (api_schema_number_divisor(&divisor) != NGX_OK) {
        return -1;
    }

    is = api_schema_number_multiple(a, &divisor);

    /* with an exponent they take another way */

    c = longer(pool, a);
    d = longer(pool, b);

    if (api_schema_number_read(&d, &other) == NGX_OK
        && api_schema_number_divisor(&other) == NGX_OK)
    {
        fuzz_check(api_schema_number_multiple(&c, &other) == is);
    }

    return (int) is;
}


/* with an exponent of 0, if it has none */

static ngx_str_t
longer(ngx_pool_t *pool, const ngx_str_t *text)
{
    ngx_str_t  s;

    s.len = text->len + 2;
    s.data = ngx_pnalloc(pool, s.len);
    fuzz_check(s.data != NULL);

    if (memchr(text->data, 'e', text->len) != NULL
        || memchr(text->data, 'E', text->len) != NULL)
    {
        memcpy(s.data, text->data, text->len);
        s.len = text->len;
        return s;
    }

    memcpy(s.data, text->data, text->len);
    memcpy(s.data + text->len, "e0", 2);

    return s;
}


static void
log_two(const ngx_str_t *a, const ngx_str_t *b, int compared, int multiple)
{
    FILE  *file;

    file = fuzz_log();

    if (file != NULL) {
        fprintf(file, "%.*s %.*s %d %d\n", (int) a->len, a->data,
                (int) b->len, b->data, compared, multiple);
    }
}


static int
sign(int n)
{
    return n < 0 ? -1 : n > 0;
}
