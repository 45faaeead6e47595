
#include "core/text.h"
#include "test.h"


static void
keeps_a_copy(ngx_pool_t *pool)
{
    char       bytes[] = "a\0b";
    ngx_str_t  out;

    check_int(api_text_copy(pool, bytes, 3, &out), NGX_OK);
    bytes[0] = 'x';

    check_int(out.len, 3);
    check_int(memcmp(out.data, "a\0b", 4), 0);
}


static void
copies_in_place_and_nothing(ngx_pool_t *pool)
{
    ngx_str_t  s;

    ngx_str_set(&s, "here");
    check_int(api_text_copy(pool, s.data, s.len, &s), NGX_OK);
    check_str(&s, "here");
    check_int(s.data[4], 0);

    check_int(api_text_copy(pool, NULL, 0, &s), NGX_OK);
    check_int(s.len, 0);
    check(s.data != NULL);
    check_int(s.data[0], 0);
}


static const test_case_t  cases[] = {
    { "keeps a copy", keeps_a_copy },
    { "copies in place, and nothing", copies_in_place_and_nothing },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
