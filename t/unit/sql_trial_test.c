
#include "sql/trial.h"
#include "sql/target.h"
#include "shim.h"
#include "test.h"


#define INT8       20
#define INT4       23
#define TEXT       25
#define INT4RANGE  3904
#define TEXTS      1009
#define DATE       1082
#define TZ         1184
#define INTERVAL   1186
#define NUMERIC    1700
#define FLOAT8     701
#define MONEY      790
#define NUMERICS   1231
#define INT4S      1007
#define LOCAL      1114
#define TIME       1083
#define JSONB      3802


typedef struct {
    const char  *sql;          /* of its first parameter */
    unsigned     declared;
    unsigned     inferred;
    unsigned     first;        /* is tried; 0: nothing is */
    unsigned     column;       /* the type of all columns; 0: not known */
} trial_t;


static const trial_t  trials[] = {

    /* made text */
    { "SELECT $a AS a", INT4, TEXT, INT4, 0 },
    { "SELECT $a > $b", INT4, TEXT, INT4, 0 },
    { "SELECT $a", TEXT, TEXT, 0, 0 },
    { "SELECT $a", 0, TEXT, 0, 0 },
    { "SELECT $a", TEXTS, TEXT, TEXTS, 0 },
    { "SELECT $a::text", INT4, TEXT, 0, 0 },
    { "SELECT CAST($a AS text)", INT4, TEXT, 0, 0 },
    { "SELECT 'x' || $a, $a", TZ, TEXT, 0, 0 },
    { "SELECT 'x' || $a, $a", INT4, TEXT, INT4, 0 },
    { "INSERT INTO t (a) VALUES ($a) RETURNING $a", INT4, TEXT, 0, 0 },
    { "INSERT INTO t (a) VALUES ($b) RETURNING $a", TZ, TEXT, TZ, 0 },
    { "WITH b AS (SELECT $a AS a) INSERT INTO t SELECT a FROM b", TZ, TEXT, 0,
      0 },

    /* made something else */
    { "SELECT 1 WHERE p > $a * 2", NUMERIC, INT4, NUMERIC, 0 },
    { "SELECT 1 WHERE p = $a * 2", NUMERIC, INT4, NUMERIC, 0 },
    { "SELECT 1 WHERE p > coalesce($a, 0)", NUMERIC, INT4, NUMERIC, 0 },
    { "SELECT 1 WHERE p <= $a", NUMERIC, INT4, NUMERIC, 0 },
    { "SELECT 1 WHERE p = $a", NUMERIC, INT4, 0, 0 },
    { "SELECT 1 WHERE $a = p", NUMERIC, INT4, 0, 0 },
    { "SELECT 1 WHERE p <> $a", NUMERIC, INT4, 0, 0 },
    { "SELECT 1 WHERE $a != p", NUMERIC, INT4, 0, 0 },
    { "SELECT 1 WHERE p IN ($a)", NUMERIC, INT4, 0, 0 },
    { "SELECT 1 LIMIT $a", NUMERIC, 20, 0, 0 },
    { "SELECT $a::int", NUMERIC, INT4, NUMERIC, 0 },
    { "SELECT $a::int", TEXT, INT4, 0, 0 },
    { "SELECT 1 WHERE p = $a::int AND p = $a", NUMERIC, INT4, 0, 0 },
    { "UPDATE t SET a = $a::int", NUMERIC, INT4, NUMERIC, 0 },
    { "UPDATE t SET a = $a", NUMERIC, INT4, 0, 0 },
    { "UPDATE t SET a = $a", TZ, TIME, 0, 0 },
    { "UPDATE t SET a = a || $a", TEXT, TEXTS, TEXT, 0 },
    { "SELECT 1 WHERE r @> $a", INT4, INT4RANGE, INT4, 0 },
    { "SELECT 1 WHERE t > $a - interval '1 day'", TZ, INTERVAL, TZ, 0 },
    { "SELECT 1 WHERE t > $a + 1", DATE, INT4, DATE, 0 },
    { "SELECT 1 WHERE a = $a", INT4, 20, 0, 0 },
    { "SELECT 1 WHERE a = $a", DATE, TZ, 0, 0 },
    { "SELECT 1 WHERE a = $a", INT4, 100000, 0, 0 },
    { "SELECT 1 WHERE a @> $a", INT4, 100000, INT4, 0 },
    { "SELECT 1 WHERE $a <@ a", INT4, 100000, INT4, 0 },
    { "SELECT 1 WHERE a ~= $a", NUMERIC, INT4, NUMERIC, 0 },
    { "SELECT 1 WHERE $a IS NULL", INT4, TEXT, 0, 0 },

    /* a constant beside it, in what is stored: as the column takes it */
    { "INSERT INTO t (a) VALUES (coalesce($a, 0))", NUMERIC, INT4, NUMERIC,
      NUMERIC },
    { "INSERT INTO t (a) VALUES (coalesce($a, 0))", NUMERIC, INT4, FLOAT8,
      FLOAT8 },
    { "INSERT INTO t (a) VALUES (coalesce($a, 0))", NUMERIC, INT4, 0, INT4 },
    { "INSERT INTO t (a) VALUES (coalesce($a, 0))", NUMERIC, INT4, 0, 0 },
    { "INSERT INTO t (a) VALUES (greatest($b, $a, 0))", NUMERIC, INT4, NUMERIC,
      NUMERIC },
    { "INSERT INTO t (a) VALUES (greatest($b, $a, 0))", NUMERIC, INT4, 0,
      INT4 },
    { "INSERT INTO t (a) VALUES (greatest($b, $a, 0))", NUMERIC, INT4, 0, 0 },
    { "UPDATE t SET a = $a", NUMERIC, 100000, 0, NUMERIC },
    { "UPDATE t SET a = a - $a * 2", NUMERIC, INT4, NUMERIC, NUMERIC },
    { "UPDATE t SET a = 0 - $a", NUMERIC, INT4, 0, INT4 },
    { "UPDATE t SET a = 0 - $a", NUMERIC, INT4, NUMERIC, MONEY },
    { "UPDATE t SET a = 1 WHERE a > $a * 2", NUMERIC, INT4, NUMERIC, INT4 },
    { "UPDATE t SET a = coalesce($a, 0)", INT8, INT4, INT8, INT8 },
    { "UPDATE t SET a = a + round($a * 100)", NUMERIC, INT4, NUMERIC, INT8 },
    { "UPDATE t SET a = ($a * 100)::int", NUMERIC, INT4, NUMERIC, INT4 },
    { "UPDATE t SET a = CAST($a * 100 AS int)", NUMERIC, INT4, NUMERIC,
      INT4 },
    { "UPDATE t SET a = $a * round(1.5)", NUMERIC, INT4, 0, INT4 },
    { "SELECT coalesce($a, 0)", INT8, INT4, INT8, 0 },
    { "SELECT $a + 1", INT8, INT4, INT8, 0 },
    { "SELECT 1 WHERE a = $a", INT8, INT4, 0, 0 },
    { "SELECT 1 WHERE a > $a", INT8, INT4, 0, 0 },
    { "SELECT f($a)", INT8, INT4, 0, 0 },
    { "UPDATE t SET a = coalesce($a, 0)", INT8, INT4, 0, INT4 },
    { "UPDATE t SET a = a || $a", NUMERIC, NUMERICS, NUMERIC, NUMERICS },
    { "UPDATE t SET a = a || $a", NUMERIC, INT4S, 0, INT4S },
    { "UPDATE t SET a = coalesce($a, current_date)", TZ, DATE, TZ, TZ },
    { "UPDATE t SET a = coalesce($a, current_date)", TZ, DATE, LOCAL, LOCAL },
    { "WITH c AS (SELECT coalesce($a, 0) AS n) INSERT INTO t SELECT n FROM c",
      NUMERIC, INT4, 0, NUMERIC },
    { "INSERT INTO t (a) VALUES (1) RETURNING coalesce($a, 0)", NUMERIC, INT4,
      NUMERIC, INT4 },
    { "SELECT coalesce($a, 0) FROM t FOR UPDATE", NUMERIC, INT4, NUMERIC, 0 },
    { "SELECT coalesce($a, 0) FROM t FOR NO KEY UPDATE", NUMERIC, INT4, NUMERIC,
      0 },
    { NULL, 0, 0, 0, 0 }
};


static void
tells_what_is_worth_it(ngx_pool_t *pool)
{
    ngx_str_t             source;
    ngx_uint_t            n, i;
    ngx_array_t           targets;
    const trial_t        *t;
    api_sql_words_t       words;
    api_sql_fault_t       fault;
    api_sql_param_t      *param;
    api_sql_target_t     *target;
    api_sql_statement_t   statement;

    for (t = trials; t->sql != NULL; t++) {
        test_note("%s", t->sql);

        source = test_copy(pool, t->sql, strlen(t->sql));

        check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
                  NGX_OK);
        check_int(api_sql_target_find(pool, &statement, 1, &targets), NGX_OK);
        check_int(api_sql_words_read(pool, &source, &words), NGX_OK);

        param = statement.params.elts;

        for (n = 0; !api_str_is(&param[n].name, "a"); n++) { /* void */ }

        param[n].declared = t->declared;

        target = targets.elts;

        for (i = 0; i < targets.nelts; i++) {
            target[i].type = t->column;
        }

        check_int(api_sql_trial_type(&words, &statement, &targets, n,
                                     t->inferred),
                  t->first);
    }
}


static const test_case_t  cases[] = {
    { "tells what is worth it", tells_what_is_worth_it },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
