
#include "core/near.h"
#include "shim.h"
#include "test.h"


static void
finds_what_is_mistyped(ngx_pool_t *pool)
{
    ngx_str_t   name, other;
    ngx_uint_t  i;

    static const struct {
        const char  *name;
        const char  *other;
        ngx_uint_t   near;
    } pairs[] = {
        { "limit", "limit", 1 }, { "limt", "limit", 1 },
        { "limitt", "limit", 1 }, { "lmiit", "limit", 1 },
        { "LIMIT", "limit", 1 }, { "lmt", "limit", 0 },
        { "offste", "offset", 1 }, { "ofset", "offset", 1 },
        { "offfsett", "offset", 1 }, { "author_id", "author", 0 },
        { "authors", "author", 1 }, { "ab", "abc", 0 }, { "abc", "ab", 0 },
        { "", "", 0 }, { "xyz", "abc", 0 },
        { "0123456789012345678901234567890123456789012345678901234567890123",
          "0123456789012345678901234567890123456789012345678901234567890123",
          0 },
        { "012345678901234567890123456789012345678901234567890123456789012",
          "01234567890123456789012345678901234567890123456789012345678901x",
          1 },
        { NULL, NULL, 0 }
    };

    (void) pool;

    for (i = 0; pairs[i].name != NULL; i++) {
        test_note("%s %s", pairs[i].name, pairs[i].other);

        name = test_str(pairs[i].name);
        other = test_str(pairs[i].other);
        check_int(api_near(&name, &other), pairs[i].near);
    }
}


static const test_case_t  cases[] = {
    { "finds what is mistyped", finds_what_is_mistyped },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
