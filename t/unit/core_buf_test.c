
#include "core/buf.h"
#include "shim.h"
#include "test.h"


static void
starts_empty(ngx_pool_t *pool)
{
    api_buf_t  b;
    ngx_str_t  s;

    check_int(api_buf_init(&b, pool, 0, 100), NGX_OK);
    check(api_buf_ok(&b));
    check_int(api_buf_len(&b), 0);
    check_int(api_buf_string(&b, &s), NGX_OK);
    check_str(&s, "");
    check_int(s.data[0], '\0');
}


static void
appends_all_kinds(ngx_pool_t *pool)
{
    api_buf_t  b;
    ngx_str_t  s;

    check_int(api_buf_init(&b, pool, 4, 1000), NGX_OK);

    s = test_str("two,");
    api_buf_add(&b, "one,\0,", 6);
    api_buf_add_str(&b, &s);
    api_buf_add_char(&b, '3');
    api_buf_add_literal(&b, ",four,");
    api_buf_add_uint(&b, 0);
    api_buf_add_char(&b, ',');
    api_buf_add_uint(&b, UINT64_MAX);
    api_buf_add(&b, NULL, 0);

    check_int(api_buf_string(&b, &s), NGX_OK);
    check_str(&s, "one,\0,two,3,four,0,18446744073709551615");
    check_int(s.data[s.len], '\0');
}


static void
grows_to_any_length(ngx_pool_t *pool)
{
    size_t     i, size;
    api_buf_t  b;
    ngx_str_t  s;

    for (size = 0; size < 70; size++) {
        test_note("size %d", (int) size);

        check_int(api_buf_init(&b, pool, size, 5000), NGX_OK);

        for (i = 0; i < 5000; i++) {
            api_buf_add_char(&b, (u_char) (i * 7));
        }

        check_int(api_buf_string(&b, &s), NGX_OK);
        check_int(s.len, 5000);
        check_int(s.data[5000], '\0');

        for (i = 0; i < 5000; i++) {
            check_int(s.data[i], (u_char) (i * 7));
        }

        ngx_pfree(pool, b.start);
    }
}


static void
grows_in_few_steps(ngx_pool_t *pool)
{
    size_t     i;
    api_buf_t  b;

    check_int(api_buf_init(&b, pool, 0, 1 << 20), NGX_OK);
    shim_fail_at(0);

    for (i = 0; i < 1 << 20; i++) {
        api_buf_add_char(&b, 'x');
    }

    check(api_buf_ok(&b));
    check(shim_allocations() <= 13);
}


static void
keeps_its_maximum(ngx_pool_t *pool)
{
    api_buf_t  b;
    ngx_str_t  s;

    check_int(api_buf_init(&b, pool, 100, 5), NGX_OK);
    api_buf_add_literal(&b, "12345");
    check(api_buf_ok(&b));

    /* the NUL does not count */
    check_int(api_buf_string(&b, &s), NGX_OK);
    check_str(&s, "12345");
    check_int(s.data[5], '\0');

    check_int(api_buf_init(&b, pool, 0, 5), NGX_OK);
    api_buf_add_literal(&b, "1234");
    api_buf_add_literal(&b, "56");
    check(!api_buf_ok(&b));
    check_int(b.full, 1);

    /* whole or not there, and nothing behind a failure */
    check_int(api_buf_len(&b), 4);
    api_buf_add_char(&b, 'x');
    api_buf_add(&b, "x", 0);
    check_int(api_buf_len(&b), 4);
    check(api_buf_reserve(&b, 0) == NULL);
    check_int(api_buf_string(&b, &s), NGX_ERROR);

    check_int(api_buf_init(&b, pool, 0, 0), NGX_OK);
    check_int(api_buf_string(&b, &s), NGX_OK);
    check_int(s.len, 0);
    api_buf_add_char(&b, 'x');
    check_int(b.full, 1);

    check_int(api_buf_init(&b, pool, 16, (size_t) -1), NGX_OK);
    api_buf_add_char(&b, 'x');
    check(api_buf_reserve(&b, (size_t) -1) == NULL);
    check_int(b.full, 1);
}


static void
reserves(ngx_pool_t *pool)
{
    u_char     *p;
    api_buf_t   b;

    check_int(api_buf_init(&b, pool, 0, 1000), NGX_OK);
    p = api_buf_reserve(&b, 300);
    check(p != NULL && p == b.last);
    memset(p, 'a', 300);
    b.last += 300;

    p = api_buf_reserve(&b, 700);
    check(p != NULL && p == b.start + 300);
    memset(p, 'b', 700);
    b.last += 700;
    check_int(b.start[299], 'a');

    check(api_buf_reserve(&b, 0) != NULL);
    check(api_buf_reserve(&b, 1) == NULL);
    check_int(b.full, 1);
}


static ngx_int_t
fill(ngx_pool_t *pool, void *data)
{
    size_t     i;
    api_buf_t  b;
    ngx_str_t  s;

    if (api_buf_init(&b, pool, *(size_t *) data, 100000) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < 10000; i++) {
        api_buf_add_literal(&b, "12345");
    }

    if (api_buf_string(&b, &s) != NGX_OK) {
        check_int(b.full, 0);
        check_int(api_buf_len(&b) % 5, 0);
        return NGX_ERROR;
    }

    return s.len == 50000 ? NGX_OK : NGX_DECLINED;
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    size_t  size;

    (void) pool;

    size = 0;
    check_oom(fill, &size);

    size = 10;
    check_oom(fill, &size);
}


static const test_case_t  cases[] = {
    { "starts empty", starts_empty },
    { "appends all kinds", appends_all_kinds },
    { "grows to any length", grows_to_any_length },
    { "grows in few steps", grows_in_few_steps },
    { "keeps its maximum", keeps_its_maximum },
    { "reserves", reserves },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
