
#include "sql/into.h"
#include "sql/use.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *source;
    const char  *uses;         /* of each parameter: "a" alone, "m" made of,
                                  "d" divisor, "/" in one; a space behind */
} use_t;

typedef struct {
    const char  *source;
    const char  *inside;       /* column c: "1" or "0" for each parameter; "-"
                                  other rows, "!" another statement */
} into_t;


static const use_t  uses[] = {
    { "SELECT a FROM t WHERE id = $id", "a " },
    { "SELECT a FROM t WHERE $id = id AND b <= $b AND $c <> c", "a a a " },
    { "SELECT a FROM t WHERE id = $id::int", "a " },
    { "SELECT a FROM t WHERE id = ($id)::int", "m " },
    { "SELECT a FROM t WHERE id = ($id)", "a " },
    { "SELECT a FROM t WHERE id = $id::text::int", "m " },
    { "SELECT a FROM t WHERE d > $d::timestamp with time zone AND b = $b",
      "a a " },
    { "SELECT a FROM t WHERE id = COALESCE($id, id)", "a " },
    { "SELECT a FROM t WHERE id = COALESCE($id, id) + 1", "m " },
    { "SELECT a FROM t WHERE id IN ($a, $b) AND c = ANY ($c)", "a a a " },
    { "SELECT a FROM t WHERE id BETWEEN $a AND $b", "a a " },
    { "SELECT a FROM t WHERE $a IS NULL OR a = $a", "a  " },
    { "SELECT a FROM t WHERE (a, b) > ($a, $b)", "a a " },
    { "SELECT a FROM t WHERE a = $a + 1", "m " },
    { "SELECT a FROM t WHERE ($a) * 5 > a", "m " },
    { "SELECT a FROM t WHERE a ~ $a OR b LIKE $b", "m m " },
    { "SELECT a FROM t WHERE a @> $a AND b << $b", "m m " },
    { "SELECT a -> $a FROM t", "m " },
    { "SELECT f($a), $b AS b, $c::text", "m a a " },
    { "SELECT a FROM t LIMIT $n OFFSET $o", "m m " },
    { "SELECT CAST($a AS int)", "a " },
    { "SELECT $a", "a " },
    { "INSERT INTO t (a, b) VALUES ($a, lower($b)), ($c, $d || 'x')",
      "a m a m " },
    { "UPDATE t SET a = $a, b = b + $b WHERE id = $id RETURNING a",
      "a m a " },
    { "DELETE FROM t WHERE id = $id RETURNING 1", "a " },

    { "SELECT 10 / $n", "md " },
    { "SELECT 10 / $n::int + $m", "md m " },
    { "SELECT 10 % ($n)", "md " },
    { "SELECT 10 / ($n - 5)", "m/ " },
    { "SELECT 10 / (5 - a) * $n", "mb " },
    { "SELECT a / b FROM t WHERE id = $id", "ab " },
    { "SELECT a / 2, mod(1, b) FROM t LIMIT $n OFFSET $o", "mb mb " },
    { "SELECT a / 2 FROM t LIMIT $n", "m " },
    { "SELECT $k / z + 1 / f($n)", "mb m/ " },
    { "SELECT mod(10, $n), div($m, 2)", "md m " },
    { "SELECT 10 / nullif($n, 0)", "m/ " },
    { "SELECT 10 / -$n", "m/ " }
};

static const into_t  intos[] = {
    { "INSERT INTO t (a, c) VALUES ($a, $b)", "01" },
    { "insert into t (C, a) values (lower($a), $b), (1, $d)", "100" },
    { "INSERT INTO t (a, b) VALUES ($a, $b)", "00" },
    { "INSERT INTO t (a, c) OVERRIDING SYSTEM VALUE VALUES ($a, f(1, $b))",
      "01" },
    { "INSERT INTO t AS u (a, \"c\") SELECT $a, $b || $c RETURNING id", "011" },
    { "INSERT INTO t (a, c) VALUES ($a, $b) ON CONFLICT (a) DO NOTHING",
      "01" },
    { "INSERT INTO t (a, c) SELECT $a, x FROM u WHERE y = $b", "-" },
    { "INSERT INTO t VALUES ($a)", "-" },
    { "INSERT INTO t (a) VALUES ($a) ON CONFLICT (a) DO UPDATE SET c = $b",
      "!" },
    { "UPDATE t SET c = $a", "!" },
    { "SELECT f($a)", "!" },
    { "INSERT INTO t (a, c", "-" },
    { "INSERT INTO t (", "-" }
};


static void
parse(ngx_pool_t *pool, const char *source, api_sql_statement_t *statement)
{
    ngx_str_t        text;
    api_sql_fault_t  fault;

    text = test_str(source);
    ngx_memzero(statement, sizeof(api_sql_statement_t));

    check_int(api_sql_statement_parse(pool, &text, statement, &fault), NGX_OK);
}


static void
tells_uses(ngx_pool_t *pool)
{
    char                  got[256], *p;
    ngx_uint_t            i, n, use[16];
    api_sql_statement_t   statement;

    for (i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
        parse(pool, uses[i].source, &statement);

        check_int(api_sql_use_find(pool, &statement, use), NGX_OK);

        p = got;

        for (n = 0; n < statement.params.nelts; n++) {
            if (use[n] & API_SQL_USE_ALONE) {
                *p++ = 'a';
            }
            if (use[n] & API_SQL_USE_MADE) {
                *p++ = 'm';
            }
            if (use[n] & API_SQL_USE_DIVISOR) {
                *p++ = 'd';
            }
            if (use[n] & API_SQL_USE_DIVIDES) {
                *p++ = '/';
            }
            if (use[n] & API_SQL_USE_BESIDE) {
                *p++ = 'b';
            }
            *p++ = ' ';
        }

        *p = '\0';

        if (strcmp(got, uses[i].uses) != 0) {
            test_true(0, uses[i].source, got, (int) i);
        }
    }
}


static void
tells_what_goes_in(ngx_pool_t *pool)
{
    char                  got[32];
    ngx_int_t             rc;
    ngx_str_t             column;
    ngx_uint_t            i, n, inside[16];
    api_sql_statement_t   statement;

    column = test_str("c");

    for (i = 0; i < sizeof(intos) / sizeof(intos[0]); i++) {
        parse(pool, intos[i].source, &statement);

        rc = api_sql_into(pool, &statement, &column, inside);

        for (n = 0; n < statement.params.nelts; n++) {
            got[n] = inside[n] ? '1' : '0';
        }

        got[n] = '\0';

        if (strcmp(rc == NGX_OK ? got : rc == NGX_BUSY ? "!" : "-",
                   intos[i].inside)
            != 0)
        {
            test_true(0, intos[i].source, got, (int) i);
        }
    }
}


static const test_case_t  tests[] = {
    { "tells uses", tells_uses },
    { "tells what goes into a column", tells_what_goes_in },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(tests);
}
