
#include "sql/into.h"
#include "sql/use.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *source;
    const char  *uses;         /* of each parameter: "a" alone, "m" made of,
                                  "r" and read, "l" a limit, "p" a pattern,
                                  "d" divisor, "/" in one; a space behind */
} use_t;

typedef struct {
    const char  *source;
    const char  *inside;       /* column c of t: "m" made of the parameter, "r"
                                  of rows it chooses, "c" a constant in such
                                  rows, "." neither; in front "-" places that
                                  are not named, "!" another table */
} into_t;


static const use_t  uses[] = {
    { "SELECT a FROM t WHERE id = $id", "a " },
    { "SELECT a FROM t WHERE $id = id AND b <= $b AND $c <> c", "a a a " },
    { "SELECT a FROM t WHERE id = $id::int", "a " },
    { "SELECT a FROM t WHERE id = ($id)::int", "mr " },
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
    { "SELECT a FROM t WHERE a ~ $a OR b LIKE $b", "m p " },
    { "SELECT a FROM t WHERE a @> $a AND b << $b", "m m " },
    { "SELECT a -> $a FROM t", "m " },
    { "SELECT f($a), $b AS b, $c::text", "m a a " },
    { "SELECT a FROM t LIMIT $n OFFSET $o", "l l " },
    { "SELECT a FROM t OFFSET ($n - 1) * 5 FETCH FIRST $m ROWS ONLY",
      "m l " },
    { "SELECT a FROM t WHERE a ILIKE '%' || lower($a) || '%'", "p " },
    { "SELECT ('5' || $a)::int, CAST (f($b) AS int)", "mr mr " },
    { "SELECT CAST($a AS int)", "a " },
    { "SELECT $a", "a " },
    { "SELECT DISTINCT ON (1) $a, $b", "a a " },
    { "SELECT DISTINCT ON (a) $a + 1, b FROM t JOIN s ON (b) = $b", "m a " },
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
    { "SELECT a / 2, mod(1, b) FROM t LIMIT $n OFFSET $o", "lb lb " },
    { "SELECT a / 2 FROM t LIMIT $n", "l " },
    { "SELECT $k / z + 1 / f($n)", "mb m/ " },
    { "SELECT mod(10, $n), div($m, 2)", "md m " },
    { "SELECT 10 / nullif($n, 0)", "m/ " },
    { "SELECT 10 / -$n", "m/ " }
};

/* what stands beside: "p" nothing stored, "x" a call that may fail without it,
   "f" it is a pattern or format, "s" a stored text is read */

static const use_t  besides[] = {
    { "SELECT replace($d, ',', '.')::numeric FROM t WHERE id = $id", "p  " },
    { "SELECT a FROM t WHERE a > replace($d, ',', '.')::numeric", "p " },
    { "SELECT a * replace($d, ',', '.')::numeric FROM t", " " },
    { "SELECT replace($d, ',', '.')::numeric + a::int FROM t", "s " },
    { "SELECT replace($d, ',', '.')::numeric, a::text AS b FROM t", "p " },
    { "SELECT to_number($d, '999') total", "p " },
    { "SELECT $d - day FROM t", " " },
    { "SELECT ($at::timestamptz AT TIME ZONE tz)::text FROM t", " " },
    { "SELECT a FROM t WHERE a ~ $q OR $r ~ a", "f  " },
    { "SELECT a FROM t WHERE regexp_replace(a, $q, $r) = ''", "f f " },
    { "SELECT format(a, $n), format($f, a) FROM t", " f " },
    { "SELECT $n + exp(a) FROM t", "x " },
    { "SELECT exp($n + a) FROM t", " " },
    { "SELECT ('{' || $p || '}')::text[]", "p " },
    { "INSERT INTO t (a, b) VALUES (f(a), $n + 1)", "p " },
    { "SELECT now() - ($d || ' days')::interval", "p " },
    { "SELECT )$a + 1", "p " },
    { "SELECT ($a + 1", "p " }
};

static const into_t  intos[] = {
    { "INSERT INTO t (a, c) VALUES ($a, $b)", ".m" },
    { "insert into t (C, a) values (lower($a), $b), (1, $d)", "m.." },
    { "INSERT INTO t (a, b) VALUES ($a, $b)", ".." },
    { "INSERT INTO t (a, c) OVERRIDING SYSTEM VALUE VALUES ($a, f(1, $b))",
      ".m" },
    { "INSERT INTO t AS u (a, \"c\") SELECT $a, $b || $c RETURNING id",
      ".mm" },
    { "INSERT INTO t (a, c) VALUES ($a, $b) ON CONFLICT (a) DO NOTHING",
      ".m" },
    { "INSERT INTO t (a, c) VALUES ($a, (SELECT c FROM x WHERE s = $b))",
      ".m" },
    { "INSERT INTO t DEFAULT VALUES", "" },

    /* rows that are found */

    { "INSERT INTO t (a, c) SELECT $a, x FROM u WHERE y = $b", ".r" },
    { "INSERT INTO t (a, c) SELECT $a, 5 FROM u WHERE y = $b", ".." },
    { "INSERT INTO t (a, c) SELECT $a, now()::date FROM u WHERE y = $b",
      ".." },
    { "INSERT INTO t (a, c) SELECT $a, 5 UNION ALL SELECT 1, $b", ".r" },
    { "INSERT INTO t (a, c) SELECT * FROM unnest($a, $b)", "rr" },
    { "INSERT INTO t (a, c) SELECT DISTINCT ON (y, z) $a, x FROM u LIMIT $b",
      ".r" },
    { "WITH u AS (SELECT x FROM v WHERE y = $a) INSERT INTO t (c, a)"
      " SELECT x, $b FROM u", "r." },
    { "INSERT INTO t (c) WITH u AS (SELECT $a AS x) SELECT x FROM u", "r" },

    /* rows that are changed */

    { "UPDATE t SET c = $a WHERE id = $b", "mc" },
    { "UPDATE t SET a = $a WHERE id = $b", ".." },
    { "UPDATE t SET c = c - 1 WHERE id = $b", "r" },
    { "UPDATE t SET c = true WHERE id = $b", "c" },
    { "UPDATE ONLY t * AS u SET (a, c) = ($a, $b), d = $d FROM x"
      " WHERE x.id = $e", ".m.c" },
    { "UPDATE t SET (a, c) = (SELECT $a, x FROM y) WHERE id = $b", "mr" },
    { "UPDATE t SET c[1] = $a, a = $b", "m." },
    { "INSERT INTO t (a) VALUES ($a) ON CONFLICT (a) DO UPDATE SET c = $b",
      "cm" },
    { "INSERT INTO t (a) VALUES ($a) ON CONFLICT (a) DO UPDATE SET"
      " c = t.c + 1", "r" },
    { "MERGE INTO t USING (VALUES ($a, $b)) s (a, c) ON t.a = s.a"
      " WHEN MATCHED THEN UPDATE SET c = s.c"
      " WHEN NOT MATCHED THEN INSERT (a, c) VALUES (s.a, $d)", "rrm" },
    { "WITH x AS (UPDATE u SET c = $a) UPDATE t SET c = $b", ".m" },
    { "WITH x AS (UPDATE u SET c = $a RETURNING c) UPDATE t SET c = x.c"
      " FROM x", "r" },

    /* without names; another table */

    { "INSERT INTO t VALUES ($a)", "-." },
    { "INSERT INTO t VALUES ($a, $b + $c)", "-.mm" },
    { "INSERT INTO t SELECT $a, x FROM u WHERE y = $b", "-.r" },
    { "INSERT INTO u (a, c) VALUES ($a, $b)", "!.m" },
    { "UPDATE u SET a = $a", "!." },
    { "SELECT f($a)", "-r" },
    { "DELETE FROM t WHERE c = $a", "-r" },

    { "INSERT INTO t (a, c", "" },
    { "INSERT INTO t (", "" },
    { "INSERT INTO t (c) SELECT", "" },
    { "UPDATE t SET", "" },
    { "UPDATE t SET (c", "" }
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
            if (use[n] & API_SQL_USE_READ) {
                *p++ = 'r';
            }
            if (use[n] & API_SQL_USE_LIMITS) {
                *p++ = 'l';
            }
            if (use[n] & API_SQL_USE_LIKE) {
                *p++ = 'p';
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
tells_what_stands_beside(ngx_pool_t *pool)
{
    char                  got[64], *p;
    ngx_uint_t            i, n, use[16];
    api_sql_statement_t   statement;

    for (i = 0; i < sizeof(besides) / sizeof(besides[0]); i++) {
        parse(pool, besides[i].source, &statement);

        check_int(api_sql_use_find(pool, &statement, use), NGX_OK);

        p = got;

        for (n = 0; n < statement.params.nelts; n++) {
            if (use[n] & API_SQL_USE_PURE) {
                *p++ = 'p';
            }
            if (use[n] & API_SQL_USE_APART) {
                *p++ = 'x';
            }
            if (use[n] & API_SQL_USE_RULES) {
                *p++ = 'f';
            }
            if (use[n] & API_SQL_USE_STORED) {
                *p++ = 's';
            }
            *p++ = ' ';
        }

        *p = '\0';

        if (strcmp(got, besides[i].uses) != 0) {
            test_true(0, besides[i].source, got, (int) i);
        }
    }
}


static void
tells_what_goes_in(ngx_pool_t *pool)
{
    char                  got[32];
    ngx_int_t             rc;
    ngx_str_t             relation, column;
    ngx_uint_t            i, n, at, inside[16];
    api_sql_statement_t   statement;

    relation = test_str("t");
    column = test_str("c");

    for (i = 0; i < sizeof(intos) / sizeof(intos[0]); i++) {
        parse(pool, intos[i].source, &statement);

        rc = api_sql_into(pool, &statement, &relation, &column, inside);
        at = 0;

        if (rc != NGX_OK) {
            got[at++] = (rc == NGX_AGAIN) ? '!' : '-';
        }

        for (n = 0; n < statement.params.nelts; n++) {
            got[at++] = (inside[n] & API_SQL_INTO_MADE) ? 'm'
                        : (inside[n] & API_SQL_INTO_ROWS) ? 'r'
                        : (inside[n] & API_SQL_INTO_CONST) ? 'c' : '.';
        }

        got[at] = '\0';

        if (strcmp(got, intos[i].inside) != 0) {
            test_true(0, intos[i].source, got, (int) i);
        }
    }
}


static const test_case_t  tests[] = {
    { "tells uses", tells_uses },
    { "tells what stands beside", tells_what_stands_beside },
    { "tells what goes into a column", tells_what_goes_in },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(tests);
}
