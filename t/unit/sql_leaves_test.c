
#include "sql/leaves.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *sql;
    const char  *at;           /* where the first one stands, NULL: nowhere */
} leave_t;


static const leave_t  leaves[] = {
    { "SELECT 1", NULL },
    { "SELECT set_config('a', $v, true)", NULL },
    { "SELECT set_config('a', $v, false)", "set_config" },
    { "SELECT pg_catalog.SET_CONFIG ( 'a' , f(1, 2), FALSE )", "SET_CONFIG" },
    { "SELECT set_config('a', $v, $v = '1')", NULL },
    { "SELECT set_config('a', $v, false OR $v)", NULL },
    { "SELECT set_config('a', $v)", NULL },
    { "SELECT set_config('a'", NULL },
    { "SELECT set_config", NULL },
    { "SELECT 'set_config(1, 2, false)'", NULL },
    { "SELECT pg_advisory_lock(1)", "pg_advisory_lock" },
    { "SELECT pg_try_advisory_lock_shared(1, 2)",
      "pg_try_advisory_lock_shared" },
    { "SELECT pg_advisory_xact_lock(1), pg_advisory_unlock(1)", NULL },
    { "SELECT set_config('a', 'b', true), pg_advisory_lock(1)",
      "pg_advisory_lock" },
    { NULL, NULL }
};


static void
tells_the_place(ngx_pool_t *pool)
{
    size_t            offset;
    ngx_str_t         source;
    ngx_int_t         rc;
    ngx_uint_t        i, n;
    const char       *why;
    api_sql_words_t   words;

    for (n = 0; leaves[n].sql != NULL; n++) {
        test_note("%s", leaves[n].sql);

        source = test_copy(pool, leaves[n].sql, strlen(leaves[n].sql));

        check_int(api_sql_words_read(pool, &source, &words), NGX_OK);

        i = 0;
        rc = api_sql_leaves(&words, &source, &i, &offset, &why);

        if (leaves[n].at == NULL) {
            check_int(rc, NGX_DECLINED);
            continue;
        }

        check_int(rc, NGX_OK);
        check_int(offset, strstr(leaves[n].sql, leaves[n].at)
                          - leaves[n].sql);
        check(strlen(why) > 10);
    }
}


static void
tells_each(ngx_pool_t *pool)
{
    size_t            offset;
    ngx_str_t         source;
    ngx_uint_t        i, n;
    const char       *why;
    api_sql_words_t   words;

    source = test_str("SELECT set_config('a', 'b', false), pg_advisory_lock(1)"
                      ", set_config('c', 'd', false)");

    check_int(api_sql_words_read(pool, &source, &words), NGX_OK);

    i = 0;

    for (n = 0;
         api_sql_leaves(&words, &source, &i, &offset, &why) == NGX_OK;
         n++)
    {
        check(n < 3);
    }

    check_int(n, 3);
}


static const test_case_t  cases[] = {
    { "tells the place", tells_the_place },
    { "tells each", tells_each },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
