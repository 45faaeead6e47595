
#include "sql/reach.h"
#include "shim.h"
#include "test.h"

#include <string.h>

#include <libpq-fe.h>


/* a row of the functions' query: name, volatile, recalls, kind, text, body */
typedef struct {
    const char  *cell[6];
} function_t;

typedef struct {
    const char  *cell[3];
} relation_t;

/* a statement, and what may happen */
typedef struct {
    const char  *sql;
    int          writes;
    ngx_uint_t   bits;
} reached_t;


#define VOLATILE  API_SQL_REACH_VOLATILE
#define OPAQUE    API_SQL_REACH_OPAQUE
#define DYNAMIC   API_SQL_REACH_DYNAMIC
#define RECALLS   API_SQL_REACH_RECALLS
#define STICKY    API_SQL_REACH_STICKY


static const function_t  functions[] = {
    { { "lower", "f", "f", "c", NULL, NULL } },
    { { "random", "t", "f", "c", NULL, NULL } },
    { { "lastval", "t", "t", "c", NULL, NULL } },
    { { "set_config", "t", "f", "c", NULL, NULL } },
    { { "pg_advisory_lock", "t", "f", "s", NULL, NULL } },
    { { "dblink", "t", "f", "x", NULL, NULL } },
    { { "perl", "f", "f", "o", NULL, NULL } },
    { { "loud", "f", "f", "p", "BEGIN RETURN 1; END", NULL } },
    { { "made", "f", "f", "p", "BEGIN EXECUTE 'x'; END", NULL } },
    { { "calls_perl", "f", "f", "p", "BEGIN PERFORM perl(); END", NULL } },
    { { "plain", "f", "f", "q", "SELECT lower($1)", "SELECT lower($1)" } },
    { { "behind", "f", "f", "q", "SELECT plain(loud())", "SELECT 1" } },
    { { "circle", "f", "f", "q", "SELECT circle()", "SELECT circle()" } },
    { { "local", "f", "f", "q", "SELECT set_config('a', $1, true)",
        "SELECT 1" } },
    { { "global", "f", "f", "q", "SELECT set_config('a', $1, $2)",
        "SELECT 1" } },
    { { "sets", "f", "f", "q", "SET a = 1", " SET a = 1" } },
    { { "sets_behind", "f", "f", "q", "SELECT 1; SET a = 1",
        "SELECT 1;\n\tset a = 1" } },
    { { "sets_remarked", "f", "f", "q", "-- x\nSET a = 1",
        "-- x\nSET a = 1" } },
    { { "updates", "t", "f", "q", "UPDATE watched SET a = 1",
        "UPDATE watched SET a = 1" } },
    { { "listens", "f", "f", "q", "LISTEN x", "LISTEN x" } },
    { { "looks", "f", "f", "q", "SELECT * FROM v", "SELECT * FROM v" } },
    { { NULL, NULL, NULL, NULL, NULL, NULL } }
};

static const relation_t  relations[] = {
    { { "v", "f", "SELECT lower(a), loud() FROM t" } },
    { { "watched", "t", "CREATE TRIGGER EXECUTE FUNCTION loud()" } },
    { { "parent", "t", "watched" } },
    { { "fine", "f", "CHECK (loud(VALUE))" } },
    { { NULL, NULL, NULL } }
};

static const reached_t  reached[] = {
    { "SELECT 1", 0, 0 },
    { "SELECT lower('a')", 0, 0 },
    { "SELECT LOWER('a'), plain('b')", 0, 0 },
    { "SELECT random()", 0, VOLATILE },
    { "SELECT lastval()", 0, VOLATILE|RECALLS },
    { "SELECT current_date", 0, VOLATILE },
    { "SELECT loud()", 0, OPAQUE },
    { "SELECT Loud()", 0, OPAQUE },
    { "SELECT made()", 0, OPAQUE|DYNAMIC },
    { "SELECT perl()", 0, OPAQUE|DYNAMIC|STICKY },
    { "SELECT calls_perl()", 0, OPAQUE|DYNAMIC|STICKY },
    { "SELECT dblink()", 0, VOLATILE|OPAQUE|DYNAMIC|STICKY },
    { "SELECT pg_advisory_lock(1)", 0, VOLATILE|OPAQUE|DYNAMIC },
    { "SELECT behind()", 0, OPAQUE },
    { "SELECT circle()", 0, 0 },
    { "SELECT \"my odd\"(1)", 0, VOLATILE|OPAQUE },
    { "SELECT \"plain\"(1)", 0, VOLATILE },

    { "SELECT set_config('a', $1, true)", 0, VOLATILE },
    { "SELECT set_config('a', f('),', 1), TRUE )", 0, VOLATILE },
    { "SELECT set_config('a', $1, false)", 0, VOLATILE|OPAQUE },
    { "SELECT set_config('a', $1, true AND $2)", 0, VOLATILE|OPAQUE },
    { "SELECT set_config('a', $1, true, true)", 0, VOLATILE|OPAQUE },
    { "SELECT set_config('a', E'\\'', true)", 0, VOLATILE|OPAQUE },
    { "SELECT set_config('a' /* , */, $1, true)", 0, VOLATILE|OPAQUE },
    { "SELECT set_config('a', $$,$$, true)", 0, VOLATILE|OPAQUE },
    { "SELECT \"set_config\"('a', $1, true)", 0, VOLATILE|OPAQUE },
    { "SELECT local('a')", 0, VOLATILE },
    { "SELECT global('a')", 0, VOLATILE|OPAQUE },

    { "SELECT sets()", 0, OPAQUE },
    { "SELECT sets_behind()", 0, OPAQUE },
    { "SELECT sets_remarked()", 0, OPAQUE },
    { "SELECT listens()", 0, OPAQUE },
    { "SELECT looks()", 0, OPAQUE },
    { "SELECT a FROM v", 0, OPAQUE },

    { "SELECT a FROM watched", 0, 0 },
    { "INSERT INTO watched", 1, OPAQUE },
    { "DELETE FROM parent", 1, OPAQUE },
    { "SELECT a FROM parent", 0, 0 },
    { "SELECT updates()", 0, VOLATILE|OPAQUE },
    { "SELECT $1::fine", 0, OPAQUE },
    { NULL, 0, 0 }
};


/* rows of n cells whose first is not NULL */

static PGresult *
result(const char *const *cell, int n)
{
    int            i, row;
    PGresult      *res;
    PGresAttDesc   attributes[6];

    memset(attributes, 0, sizeof(attributes));

    for (i = 0; i < n; i++) {
        attributes[i].name = (char *) (uintptr_t) "c";
    }

    res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    check(res != NULL);
    check(PQsetResultAttrs(res, n, attributes));

    for (row = 0; cell[0] != NULL; row++, cell += n) {
        for (i = 0; i < n; i++) {
            check(PQsetvalue(res, row, i, (char *) (uintptr_t) cell[i],
                             cell[i] ? (int) strlen(cell[i]) : -1));
        }
    }

    return res;
}


static void
calls_of(ngx_pool_t *pool, const char *sql, api_sql_calls_t *calls)
{
    ngx_str_t  text;

    text = test_copy(pool, sql, strlen(sql));

    check_int(api_sql_calls_init(pool, calls), NGX_OK);
    check_int(api_sql_calls_add(pool, calls, &text), NGX_OK);
}


static api_sql_reach_t *
known(ngx_pool_t *pool)
{
    PGresult         *res;
    api_sql_reach_t  *reach;

    reach = api_sql_reach_create(pool);
    check(reach != NULL);

    res = result(functions[0].cell, 6);
    check_int(api_sql_reach_functions(reach, res), NGX_OK);
    PQclear(res);

    res = result(relations[0].cell, 3);
    check_int(api_sql_reach_relations(reach, res), NGX_OK);
    PQclear(res);

    return reach;
}


static void
sums_up(ngx_pool_t *pool)
{
    ngx_uint_t        n, bits;
    api_sql_calls_t   calls;
    api_sql_reach_t  *reach;

    reach = known(pool);

    for (n = 0; reached[n].sql != NULL; n++) {
        test_note("%s", reached[n].sql);

        calls_of(pool, reached[n].sql, &calls);

        check_int(api_sql_reach_sum(reach, &calls,
                                    (ngx_uint_t) reached[n].writes, &bits),
                  NGX_OK);
        check_int(bits, reached[n].bits);
    }
}


/* what an operator runs, every statement may */

static void
knows_the_hidden(ngx_pool_t *pool)
{
    PGresult         *res;
    ngx_uint_t        bits;
    api_sql_calls_t   calls;
    api_sql_reach_t  *reach;

    static const char *const  hidden[] = { "loud", NULL };

    reach = known(pool);

    res = result(hidden, 1);
    check_int(api_sql_reach_hidden(reach, res), NGX_OK);
    PQclear(res);

    calls_of(pool, "SELECT 1", &calls);

    check_int(api_sql_reach_sum(reach, &calls, 0, &bits), NGX_OK);
    check_int(bits, OPAQUE);
}


/* each word once, until there are no more */

static void
asks_in_rounds(ngx_pool_t *pool)
{
    PGresult         *res;
    ngx_array_t       words;
    api_sql_calls_t   calls;
    api_sql_reach_t  *reach;

    static const char *const  rows[] = {
        "one", "f", "f", "q", "SELECT two, three", "SELECT 1", NULL
    };

    reach = api_sql_reach_create(pool);
    check(reach != NULL);

    check_int(api_sql_reach_round(reach, &words), NGX_DECLINED);

    calls_of(pool, "SELECT one", &calls);
    check_int(api_sql_reach_add(reach, &calls), NGX_OK);
    check_int(api_sql_reach_round(reach, &words), NGX_OK);
    check_int(words.nelts, 3);
    check_int(api_sql_reach_round(reach, &words), NGX_DECLINED);

    res = result(rows, 6);
    check_int(api_sql_reach_functions(reach, res), NGX_OK);
    PQclear(res);

    check_int(api_sql_reach_round(reach, &words), NGX_OK);
    check_int(words.nelts, 2);
    check_int(api_sql_reach_add(reach, &calls), NGX_OK);
    check_int(api_sql_reach_round(reach, &words), NGX_DECLINED);
}


static const test_case_t  cases[] = {
    { "sums up", sums_up },
    { "knows the hidden", knows_the_hidden },
    { "asks in rounds", asks_in_rounds },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
