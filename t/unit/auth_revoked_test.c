
#include <stdio.h>

#include "auth/moment.h"
#include "auth/revoked.h"
#include "test.h"


static api_auth_revoked_t *
table(ngx_pool_t *pool, ngx_uint_t most)
{
    ngx_uint_t           from;
    api_auth_revoked_t  *revoked;

    static const u_char  key[API_AUTH_REVOKED_KEY] = { 1, 2, 3 };

    revoked = ngx_palloc(pool, api_auth_revoked_size(most));
    memset(revoked, 0xa5, api_auth_revoked_size(most));
    api_auth_revoked_begin(revoked, most, key);

    /* by slices of no size that it has */

    from = 0;

    do {
        from = api_auth_revoked_empty(revoked, from, 7);
    } while (from != 0);

    return revoked;
}


static ngx_int_t
add(api_auth_revoked_t *revoked, const char *jti, const char *sub,
    int64_t before)
{
    api_auth_revoked_row_t  row;

    ngx_memzero(&row, sizeof(row));

    if (jti != NULL) {
        row.jti = test_str(jti);
    }

    if (sub != NULL) {
        row.sub = test_str(sub);
    }

    row.before = before;

    return api_auth_revoked_add(revoked, &row);
}


static ngx_uint_t
has(const api_auth_revoked_t *revoked, const char *jti, const char *sub,
    int64_t iat)
{
    api_auth_claims_t  claims;

    ngx_memzero(&claims, sizeof(claims));

    if (jti != NULL) {
        claims.jti = test_str(jti);
    }

    if (sub != NULL) {
        claims.sub = test_str(sub);
    }

    claims.iat = iat;

    return api_auth_revoked_has(revoked, &claims);
}


static void
one_by_its_name(ngx_pool_t *pool)
{
    api_auth_revoked_t  *revoked;

    revoked = table(pool, 4);

    check_int(has(revoked, "a", "ann", 5), 0);
    check_int(add(revoked, "a", NULL, 0), NGX_OK);
    check_int(has(revoked, "a", "ann", 5), 1);
    check_int(has(revoked, "b", "ann", 5), 0);
    check_int(has(revoked, NULL, "ann", 5), 0);

    /* a jti is no sub, and the other way round */
    check_int(has(revoked, "b", "a", 5), 0);
    check_int(add(revoked, NULL, "b", INT64_MAX), NGX_OK);
    check_int(has(revoked, "b", "ann", 5), 0);
    check_int(has(revoked, "x", "b", 5), 1);

    /* an empty one is one */
    check_int(has(revoked, "", "ann", 5), 0);
    check_int(add(revoked, "", NULL, 0), NGX_OK);
    check_int(has(revoked, "", "ann", 5), 1);
}


static void
all_of_somebody(ngx_pool_t *pool)
{
    api_auth_revoked_t  *revoked;

    revoked = table(pool, 2);

    check_int(add(revoked, NULL, "ann", 100), NGX_OK);
    check_int(has(revoked, "a", "ann", 99), 1);
    check_int(has(revoked, "a", "ann", 100), 0);
    check_int(has(revoked, "a", "ann", -1), 1);
    check_int(has(revoked, "a", "bob", 99), 0);

    /* of two rows the later one, in any order */
    check_int(add(revoked, NULL, "ann", 50), NGX_OK);
    check_int(has(revoked, "a", "ann", 99), 1);
    check_int(add(revoked, NULL, "ann", 200), NGX_OK);
    check_int(has(revoked, "a", "ann", 199), 1);
    check_int(has(revoked, "a", "ann", 200), 0);

    /* with a jti it is that token alone */
    check_int(add(revoked, "b", "bob", 200), NGX_OK);
    check_int(has(revoked, "b", "bob", 500), 1);
    check_int(has(revoked, "c", "bob", 1), 0);
}


static void
no_more_than_it_holds(ngx_pool_t *pool)
{
    char                 name[16];
    ngx_uint_t           i;
    api_auth_revoked_t  *revoked;

    revoked = table(pool, 1000);

    for (i = 0; i < 1000; i++) {
        sprintf(name, "%u", (unsigned) i);
        check_int(add(revoked, name, NULL, 0), NGX_OK);
    }

    check_int(add(revoked, "more", NULL, 0), NGX_DECLINED);
    check_int(add(revoked, "999", NULL, 0), NGX_OK);
    check_int(add(revoked, NULL, NULL, 0), NGX_ABORT);
    check_int(revoked->count, 1000);

    for (i = 0; i < 2000; i++) {
        sprintf(name, "%u", (unsigned) i);
        check_int(has(revoked, name, NULL, 0), i < 1000);
    }

    check_int(has(revoked, "more", NULL, 0), 0);
}


static void
nothing_where_there_is_no_table(ngx_pool_t *pool)
{
    api_auth_revoked_t  *revoked;

    /* as a reader may see it while somebody begins another */

    revoked = ngx_pcalloc(pool, api_auth_revoked_size(1));

    check_int(has(revoked, "a", "b", 1), 0);
    check_int(add(revoked, "a", NULL, 1), NGX_DECLINED);
}


static void
moments(ngx_pool_t *pool)
{
    ngx_str_t   text;
    int64_t     seconds;
    ngx_uint_t  i;

    static const struct {
        const char  *text;
        int64_t      seconds;        /* -1: declined */
    } of[] = {
        { "1970-01-01 00:00:00+00", 0 },
        { "2026-01-31 10:00:00+00", 1769853600 },
        { "2026-01-31 10:00:00.000000+00", 1769853600 },
        { "2026-01-31 10:00:00.000001+00", 1769853601 },
        { "2026-01-31 11:00:00+01", 1769853600 },
        { "2026-01-31 06:30:00-03:30", 1769853600 },
        { "2026-01-31 10:19:32+00:19:32", 1769853600 },
        { "2026-01-31 10:00:00", 1769853600 },
        { "2024-02-29 00:00:00+00", 1709164800 },
        { "2024-03-01 00:00:00+00", 1709251200 },
        { "2000-02-29 23:59:59+00", 951868799 },
        { "10000-01-01 00:00:00+00", 253402300800 },
        { "0044-03-15 12:00:00+00 BC", 0 },
        { "infinity", INT64_MAX },
        { "-infinity", 0 },
        { "1769853600", 1769853600 },
        { "1769853600.000000", 1769853600 },
        { "1769853600.25", 1769853601 },
        { "0", 0 },
        { "", -1 }, { "-1", -1 }, { "1e9", -1 }, { "1.", 1 },
        { "9999999999999999", -1 }, { "now", -1 },
        { "2026-01-31", -1 }, { "2026-01-31T10:00:00Z", -1 },
        { "2026-01-31 10:00:00+", -1 }, { "2026-01-31 10:00:00+1", -1 },
        { "2026-01-31 10:00", -1 }, { "2026-01-31 10:00:00 ", -1 },
        { "2026-01-31 10:00:00+00:00:00:00", -1 }
    };

    (void) pool;

    for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        test_note("\"%s\"", of[i].text);

        text = test_str(of[i].text);
        seconds = -1;

        check_int(api_auth_moment(&text, &seconds),
                  of[i].seconds == -1 ? NGX_DECLINED : NGX_OK);

        if (of[i].seconds != -1) {
            check_int(seconds, of[i].seconds);
        }
    }
}


static const test_case_t  cases[] = {
    { "one token by its name", one_by_its_name },
    { "all of somebody's, of a time", all_of_somebody },
    { "no more than it holds", no_more_than_it_holds },
    { "nothing where there is no table yet", nothing_where_there_is_no_table },
    { "moments as PostgreSQL writes them", moments },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
