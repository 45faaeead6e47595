
#include "sql/sorts.h"
#include "shim.h"
#include "test.h"

#include <stdio.h>
#include <string.h>


typedef struct {
    const char  *sql;
    const char  *names;        /* of what is told, each with a space behind */
} sort_t;


static const sort_t  sorts[] = {
    { "SELECT a FROM t ORDER BY a LIMIT $n OFFSET $m", "" },
    { "SELECT a FROM t ORDER BY $sort", "sort " },
    { "SELECT a FROM t order /* x */ by $sort desc nulls last, id", "sort " },
    { "SELECT a FROM t ORDER BY id, ($sort), $b ASC LIMIT $n", "sort b " },
    { "SELECT a FROM t ORDER BY $sort::text COLLATE \"C\"", "sort " },
    { "SELECT a FROM t ORDER BY lower($sort), quote_ident($b)", "sort b " },
    { "SELECT a FROM t ORDER BY CAST($sort AS varchar(10))", "sort " },
    { "SELECT a FROM t ORDER BY $sort::pg_catalog.text", "sort " },
    { "SELECT a FROM t ORDER BY $t::timestamp with time zone DESC", "t " },
    { "SELECT a FROM t ORDER BY $t::double precision", "t " },
    { "SELECT a FROM t ORDER BY $t::int[]", "t " },
    { "SELECT a FROM t ORDER BY 1 + $n", "n " },
    { "SELECT a FROM t ORDER BY coalesce($a, 'x') || $b, c", "a " },
    { "SELECT a FROM t ORDER BY CASE WHEN $desc THEN 1 END", "desc " },
    { "SELECT a FROM t ORDER BY $desc?", "desc? " },
    { "SELECT a FROM t ORDER BY $user.sort", "user.sort " },
    { "SELECT a FROM t ORDER BY CASE $sort WHEN 'name' THEN name END", "" },
    { "SELECT a FROM t ORDER BY CASE WHEN $d THEN last END DESC", "" },
    { "SELECT a FROM t ORDER BY name = $n, a <-> $p, f($x), random() * $y",
      "" },
    { "SELECT a FROM t ORDER BY t.a + $n, \"A\" - $n", "" },
    { "SELECT a FROM t ORDER BY (SELECT b FROM u WHERE c = $n)", "" },
    { "SELECT a FROM t WHERE x = $x GROUP BY $g HAVING $h", "g " },
    { "SELECT date_trunc($u, t) FROM t GROUP BY date_trunc($u, t)", "" },
    { "SELECT row_number() OVER (PARTITION BY $p ORDER BY $o ROWS $n "
      "PRECEDING)", "p o " },
    { "SELECT DISTINCT ON ($d) a FROM t WHERE a IS DISTINCT FROM $x", "d " },
    { "SELECT array_agg(a ORDER BY $s) FROM t", "s " },
    { "SELECT a FROM t UNION SELECT $x ORDER BY $s FOR UPDATE", "s " },
    { "SELECT 'ORDER BY $s' -- ORDER BY $s", "" },
    { "ORDER BY", "" },
    { "ORDER BY $", "" },
    { "ORDER", "" },
    { NULL, NULL }
};


static void
tells_each(ngx_pool_t *pool)
{
    char              out[200], *p;
    ngx_str_t         source;
    ngx_uint_t        i, n, param;
    const char       *why;
    api_sql_words_t   words;

    for (n = 0; sorts[n].sql != NULL; n++) {
        test_note("%s", sorts[n].sql);

        source = test_copy(pool, sorts[n].sql, strlen(sorts[n].sql));

        check_int(api_sql_words_read(pool, &source, &words), NGX_OK);

        i = 0;
        p = out;
        *p = '\0';

        while (api_sql_sorts(&words, &i, &param, &why) == NGX_OK) {
            check(param < words.n && i == param + 1);
            check(strlen(why) > 5);

            p += sprintf(p, "%.*s ", (int) words.elts[param].text.len,
                         words.elts[param].text.data);
        }

        check_bytes(out, strlen(out), sorts[n].names, strlen(sorts[n].names));
    }
}


static const test_case_t  cases[] = {
    { "tells each", tells_each },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
