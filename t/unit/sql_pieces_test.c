
#include "sql/pieces.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *source;
    const char  *pieces;       /* each with a ";" behind, and behind all of them
                                  of each parameter "m" mixed, "d" and may be
                                  divided by, or "." */
} pieces_t;


static const pieces_t  pieces[] = {

    /* nothing is computed */
    { "SELECT a FROM t WHERE id = $id", "." },
    { "SELECT $a::int FROM t WHERE b IN ($b, ($c)) LIMIT $n", "...." },
    { "SELECT $a::numeric(3, 1)", "$1::numeric(3, 1);." },

    /* nothing stored is there: the largest */
    { "SELECT 10 / $n", "10 / $1;." },
    { "SELECT now() - ($d || ' days')::interval AS x",
      "now() - ($1 || ' days')::interval;." },
    { "SELECT replace($d, ',', '.')::numeric FROM t WHERE id = $id + 1",
      "replace($1, ',', '.')::numeric;$2 + 1;.." },
    { "SELECT make_date($y, $m, 1)", "make_date($1, $2, 1);.." },
    { "SELECT extract(year FROM $d::text::date)",
      "extract(year FROM $1::text::date);." },
    { "SELECT substring($s from $n for 2)", "substring($1 from $2 for 2);.." },
    { "SELECT CAST($s || '-01' AS date)", "CAST($1 || '-01' AS date);." },
    { "SELECT ('{' || $p || '}')::text[]", "('{' || $1 || '}')::text[];." },
    { "SELECT (ARRAY[$a, $b])[1] + 1", "(ARRAY[$1, $2])[1] + 1;.." },
    { "SELECT x FROM generate_series(1, 10, $n) x",
      "generate_series(1, 10, $1);." },
    { "INSERT INTO t (a, b) VALUES (lower($a), $b)", "lower($1);.." },
    { "WITH x AS (SELECT $a / $b AS q) SELECT q FROM x", "$1 / $2;.." },
    { "SELECT (SELECT 1 / $n WHERE $n = 0)", "1 / $1;." },
    { "SELECT $a? AND 1 / $n = 2", "1 / $2;.." },

    /* CASE is one */
    { "SELECT CASE WHEN $n = 0 THEN 0 ELSE 10 / $n END",
      "CASE WHEN $1 = 0 THEN 0 ELSE 10 / $1 END;." },
    { "SELECT CASE WHEN $n = 0 THEN 0 ELSE 10 / $n END + 10 / z FROM t",
      "CASE WHEN $1 = 0 THEN 0 ELSE 10 / $1 END;m" },

    /* something is: what is beside it */
    { "SELECT a + 10 / $n FROM t", "10 / $1;m" },
    { "SELECT a / $n FROM t", "d" },
    { "SELECT a / ($n - 5) FROM t", "($1 - 5);d" },
    { "SELECT $a + b FROM t WHERE c = lower($c)", "lower($2);m." },
    { "SELECT f(a, $n + 1) FROM t", "$1 + 1;d" },
    { "SELECT a ~ $q, s.f($n) FROM t", "md" },

    /* what is no statement at all */
    { "SELECT )$a + 1", ")$1 + 1;." },
    { "SELECT ($a + 1", "$1 + 1;." },
    { "SELECT CASE $a", "CASE $1;." },
    { "SELECT END] $a [", "END] $1 [;." }
};


static void
finds_pieces(ngx_pool_t *pool)
{
    char                     got[512], *p;
    ngx_str_t                source;
    ngx_uint_t               i, k;
    api_sql_fault_t          fault;
    api_sql_piece_t         *piece;
    api_sql_pieces_t         found;
    api_sql_statement_t      statement;

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {

        source.data = (u_char *) (uintptr_t) pieces[i].source;
        source.len = strlen(pieces[i].source);

        memset(&statement, 0, sizeof(statement));

        check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
                  NGX_OK);
        check_int(api_sql_pieces_find(pool, &statement, &found), NGX_OK);

        p = got;
        piece = found.pieces.elts;

        for (k = 0; k < found.pieces.nelts; k++) {
            p += sprintf(p, "%s;", (char *) piece[k].text.data);
        }

        for (k = 0; k < statement.params.nelts; k++) {
            *p++ = (found.mixed[k] & API_SQL_PIECES_DIVISOR) ? 'd'
                   : found.mixed[k] ? 'm' : '.';
        }

        *p = '\0';

        if (strcmp(got, pieces[i].pieces) != 0) {
            test_true(0, pieces[i].source, got, (int) i);
        }
    }
}


static void
tells_names(ngx_pool_t *pool)
{
    ngx_str_t            source;
    api_sql_fault_t      fault;
    api_sql_pieces_t     found;
    api_sql_statement_t  statement;

    static const char  text[] = "SELECT Lower(\"My F\"($a)), upper(b)";

    source.data = (u_char *) (uintptr_t) text;
    source.len = sizeof(text) - 1;

    memset(&statement, 0, sizeof(statement));

    check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
              NGX_OK);
    check_int(api_sql_pieces_find(pool, &statement, &found), NGX_OK);

    check_str(&found.names, "{\"lower\",\"My F\"}");
}


static const test_case_t  tests[] = {
    { "finds pieces", finds_pieces },
    { "tells the names of functions", tells_names },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(tests);
}
