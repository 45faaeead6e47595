
#include "sql/script.h"
#include "sql/script_modes.h"
#include "shim.h"
#include "test.h"


typedef struct {
    const char  *text;
    const char  *want;         /* NULL: as it was */
} case_t;


static const case_t  modes[] = {
    { "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1",
      "    SELECT                                  ; SELECT 1" },
    { "set local transaction isolation level read committed",
      "          SELECT                                    " },
    { "/* \xC3\xA9 */ SET SESSION TRANSACTION /* x */ NOT DEFERRABLE;",
      "/* \xC3\xA9 */             SELECT      /* x */               ;" },
    { "SET TRANSACTION READ ONLY, ISOLATION LEVEL SERIALIZABLE, DEFERRABLE",
      "SET TRANSACTION READ ONLY                                          " },
    { "SET TRANSACTION DEFERRABLE READ WRITE",
      "SET TRANSACTION            READ WRITE" },
    { "RESET a; SHOW b; SET c = d;\nSET TRANSACTION DEFERRABLE",
      "RESET a; SHOW b; SET c = d;\n    SELECT                " },
    { "SET transaction_isolation = 'serializable';",
      "    SELECT                                ;" },
    { "SET LOCAL transaction_deferrable TO on",
      "          SELECT                      " },

    /* too late, misspelt, or something else */
    { "SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", NULL },
    { "CREATE TABLE a (); SET TRANSACTION DEFERRABLE", NULL },
    { "SET TRANSACTION ISOLATION SERIALIZABLE", NULL },
    { "SET TRANSACTION ISOLATION LEVEL HIGH", NULL },
    { "SET TRANSACTION", NULL },
    { "SET TRANSACTION DEFERRABLE,", NULL },
    { "SET TRANSACTION , DEFERRABLE", NULL },
    { "SET TRANSACTION READ ONLY x", NULL },
    { "SET TRANSACTION SNAPSHOT '1'", NULL },
    { "SET SESSION CHARACTERISTICS AS TRANSACTION DEFERRABLE", NULL },
    { "SET transaction_read_only = on", NULL },
    { "SET \"TRANSACTION\" DEFERRABLE", NULL },
    { "SET", NULL },
    { "", NULL },
    { "$1; SET TRANSACTION DEFERRABLE", NULL },
    { NULL, NULL }
};


static void
blanks_modes(ngx_pool_t *pool)
{
    size_t       len, cut;
    ngx_str_t    text;
    ngx_uint_t   n;
    const char  *want;

    for (n = 0; modes[n].text != NULL; n++) {
        test_note("%s", modes[n].text);

        len = strlen(modes[n].text);
        want = modes[n].want ? modes[n].want : modes[n].text;

        text = test_copy(pool, modes[n].text, len);
        api_sql_script_modes(&text);

        check_int(text.len, strlen(want));
        check(memcmp(text.data, want, len) == 0);

        for (cut = 0; cut < len; cut++) {
            text = test_copy(pool, modes[n].text, cut);
            api_sql_script_modes(&text);
        }
    }
}


static ngx_uint_t
all_constraints(ngx_pool_t *pool, const char *sql)
{
    ngx_str_t  text;

    text = test_copy(pool, sql, strlen(sql));

    return api_sql_script_all_constraints(&text);
}


static void
finds_all_constraints(ngx_pool_t *pool)
{
    check(all_constraints(pool, "SET CONSTRAINTS ALL DEFERRED"));
    check(all_constraints(pool, "DO $$ BEGIN set constraints\n all immediate"));
    check(!all_constraints(pool, "SET CONSTRAINTS a, b DEFERRED"));
    check(!all_constraints(pool, "SET CONSTRAINTS"));
    check(!all_constraints(pool, "SET CONSTRAINTS AL"));
    check(!all_constraints(pool, ""));
}


static ngx_uint_t
is_index(ngx_pool_t *pool, const char *sql)
{
    ngx_str_t  text;

    text = test_copy(pool, sql, strlen(sql));

    return api_sql_script_is_index(&text, 0);
}


static void
knows_indexes(ngx_pool_t *pool)
{
    check(is_index(pool, "create /* x */ index concurrently i on t (a)"));
    check(is_index(pool, "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"));
    check(is_index(pool, "DROP INDEX CONCURRENTLY i"));
    check(is_index(pool, "REINDEX TABLE CONCURRENTLY t"));
    check(is_index(pool, "VACUUM"));
    check(!is_index(pool, "CREATE UNIQUE"));
    check(!is_index(pool, "CREATE TABLE index (a int)"));
    check(!is_index(pool, "CREATE DATABASE x"));
    check(!is_index(pool, ""));
}


/* the offset of what has to be alone, or -1 */

static int
alone(ngx_pool_t *pool, const char *sql)
{
    size_t     offset;
    ngx_str_t  text;

    text = test_copy(pool, sql, strlen(sql));

    return api_sql_script_alone(&text, &offset) == NGX_OK ? (int) offset : -1;
}


static void
knows_what_is_alone(ngx_pool_t *pool)
{
    check_int(alone(pool, "VACUUM"), -1);
    check_int(alone(pool, "VACUUM;; -- x"), -1);
    check_int(alone(pool, "VACUUM; SELECT 1"), 0);
    check_int(alone(pool, "SELECT 1; vacuum (full) t"), 10);
    check_int(alone(pool, "; CREATE unique INDEX concurrently ON t (a);;"
                          " SELECT 1"), 2);
    check_int(alone(pool, "SELECT 1; DROP INDEX CONCURRENTLY i"), 10);
    check_int(alone(pool, "SELECT 1; REINDEX (VERBOSE) TABLE CONCURRENTLY t"),
              10);
    check_int(alone(pool, "SELECT 1; REINDEX SCHEMA s"), 10);
    check_int(alone(pool, "SELECT 1; CREATE DATABASE d"), 10);
    check_int(alone(pool, "SELECT 1; ALTER SYSTEM SET a = 1"), 10);
    check_int(alone(pool, "SELECT 1; CREATE INDEX i ON t (concurrently)"), -1);
    check_int(alone(pool, "SELECT 1; REINDEX TABLE t"), -1);
    check_int(alone(pool, "SELECT 1; REFRESH MATERIALIZED VIEW CONCURRENTLY v"),
              -1);
    check_int(alone(pool, "SELECT 1; ALTER TABLE t ADD system int"), -1);
    check_int(alone(pool, "SELECT 1; CREATE TABLE database (vacuum int)"), -1);
}


static void
finds_words(ngx_pool_t *pool)
{
    size_t     offset;
    ngx_str_t  text, name;

    static const char  sql[] = "ALTER TABLE aeg ADD x int; ALTER TABLE users"
                               " DROP COLUMN \"Aeg\", DROP 'aeg'; SELECT nope";

    text = test_copy(pool, sql, sizeof(sql) - 1);

    ngx_str_set(&name, "aeg");
    check_int(api_sql_script_word(&text, 26, &name, &offset), NGX_OK);
    check_int(offset, 57);
    check_int(api_sql_script_word(&text, 0, &name, &offset), NGX_OK);
    check_int(offset, 12);

    ngx_str_set(&name, "nope");
    check_int(api_sql_script_word(&text, 26, &name, &offset), NGX_DECLINED);

    check_int(api_sql_script_word(&text, text.len, &name, &offset),
              NGX_DECLINED);
}


static const test_case_t  cases[] = {
    { "blanks modes", blanks_modes },
    { "finds SET CONSTRAINTS ALL", finds_all_constraints },
    { "knows indexes", knows_indexes },
    { "knows what has to be alone", knows_what_is_alone },
    { "finds words", finds_words },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
