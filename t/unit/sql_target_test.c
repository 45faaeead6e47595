
#include "sql/target.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *source;
    const char  *targets;      /* table.column=name and a sign for how:
                                  "!" plain, "?" sent, "~" made, "/" perhaps
                                  cut; "@" where perhaps; a space behind */
} target_t;


static const target_t  cases[] = {
    { "SELECT $a", "" },
    { "INSERT INTO t (a, b) VALUES ($x, $y)", "t.a=x! t.b=y! " },
    { "insert into T(A,b)values($x,$y) returning id", "t.a=x! t.b=y! " },
    { "INSERT INTO t VALUES ($x, 1, $y)", "t.1=x! t.3=y! " },
    { "INSERT INTO s.t AS u (a) VALUES ($x)", "t.a=x! " },
    { "INSERT INTO \"S\" . \"My \"\"T\" (\"A b\", C) VALUES ($x, $y)",
      "My \"T.A b=x! My \"T.c=y! " },
    { "INSERT INTO t (a, b) VALUES ($a, $b), ($c, now()), (f(1, 2), $d)",
      "t.a=a! t.b=b! t.a=c! t.b=d! " },
    { "INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES ($x)", "t.a=x! " },
    { "INSERT INTO t DEFAULT VALUES", "" },
    { "INSERT INTO t (a, b, c) VALUES (DEFAULT, $a, DEFAULT)", "t.b=a! " },
    { "INSERT INTO t -- (a)\n (/* b */ a) VALUES (/* ( */ $x)", "t.a=x! " },

    /* made of it */
    { "INSERT INTO t (a, b, c) VALUES (lower($a), $b || $c, f($d, $d))",
      "t.a=a~ t.c=d~ " },
    { "INSERT INTO t (a, b) VALUES ($a::varchar(5), left($b, 3))",
      "t.a=a/ t.b=b/ " },
    { "INSERT INTO t (a) VALUES ($a::text)", "t.a=a~ " },
    { "INSERT INTO t (a) VALUES (($a))", "t.a=a~ " },
    { "INSERT INTO t (a, b) VALUES ((SELECT id FROM u WHERE e = $a), $b)",
      "t.b=b! " },
    { "INSERT INTO t (a, b) VALUES (COALESCE($a, 'x'), coalesce($b, $c))",
      "t.a=a! " },
    { "INSERT INTO t (a) VALUES (COALESCE($a, f(1, 2), now()))", "t.a=a! " },
    { "INSERT INTO t (a, b) VALUES (COALESCE($a, 'x') || 'y', COALESCE('x', "
      "$b))", "t.a=a~ t.b=b~ " },
    { "INSERT INTO t (a) VALUES ($a?)", "" },
    { "INSERT INTO t (a, b) VALUES ($a.b, $a.b.c)", "t.a=a.b! t.b=a.b.c! " },

    /* a part of a column is not the column */
    { "INSERT INTO t (a.x, b[1], c) VALUES ($x, $y, $z)", "t.c=z! " },

    { "INSERT INTO t (a, b) SELECT $a, $b", "t.a=a! t.b=b! " },
    { "INSERT INTO t (a, b) SELECT ALL x.id, $b FROM x WHERE y = $c LIMIT $d",
      "t.b=b!@ " },
    { "INSERT INTO t (a, b) SELECT $a, max(b) FROM t ON CONFLICT DO NOTHING",
      "t.a=a!@ " },
    { "INSERT INTO t (a, b) SELECT $a, 1 ON CONFLICT DO NOTHING", "t.a=a! " },
    { "INSERT INTO t (a) SELECT $a UNION SELECT $b", "t.a=a!@ " },
    { "INSERT INTO t (a) SELECT $a FROM u WHERE b = 'c' LIMIT 0",
      "t.a=a!@ " },
    { "INSERT INTO t (a, b) SELECT $a, COALESCE($b, c) FROM u LIMIT 0",
      "t.a=a!@ t.b=b!@ " },
    { "INSERT INTO t (a) SELECT $a FROM u, v EXCEPT SELECT 'b'",
      "t.a=a!@ " },
    { "WITH x AS (INSERT INTO t (a) SELECT $a RETURNING 1) SELECT 1 UNION "
      "SELECT 2", "t.a=a! " },
    { "INSERT INTO t (a) VALUES ($a), ($b) ORDER BY 1 LIMIT 1",
      "t.a=a!@ t.a=b!@ " },
    { "INSERT INTO t (a) VALUES ($a) EXCEPT VALUES ('b')", "t.a=a!@ " },
    { "WITH x AS (INSERT INTO t (a) VALUES ($a) RETURNING 1) INSERT INTO u "
      "(b) VALUES ($b) LIMIT 1", "t.a=a! u.b=b!@ " },

    /* as many as u has */
    { "INSERT INTO t (a, b, c) SELECT $a, u.*, $c FROM u", "t.a=a!@ " },
    { "INSERT INTO t (a, b) SELECT * , $b FROM u", "" },
    { "INSERT INTO t (a, b) SELECT 2 * 3, $b", "t.b=b! " },
    { "INSERT INTO t VALUES ($a, (f($b)).*, $c)", "t.1=a!@ " },
    { "UPDATE t SET (a, b) = ROW (u.*, $b), c = $c FROM u", "t.c=c! " },
    { "INSERT INTO t (a) SELECT DISTINCT $a", "" },
    { "INSERT INTO t (a) (SELECT $a)", "" },
    { "INSERT INTO t (SELECT $a)", "" },
    { "INSERT INTO t (WITH x AS (SELECT $a) SELECT $b)", "" },
    { "INSERT INTO t (a) TABLE u", "" },

    { "UPDATE t SET a = $a, b = $b WHERE id = $id", "t.a=a! t.b=b! " },
    { "UPDATE ONLY s.t * AS x SET a = $a FROM u WHERE b = $b", "t.a=a! " },
    { "UPDATE t x SET a = $a RETURNING $b", "t.a=a! " },
    { "UPDATE t SET a = a + $a, b[1] = $b, c.d = $c, \"E\" = $e",
      "t.a=a~ t.E=e! " },
    { "UPDATE t SET (a, b) = ($a, lower($b)), c = $c, (d) = ROW ($d)",
      "t.a=a! t.b=b~ t.c=c! t.d=d! " },
    { "UPDATE t SET (a, b) = (SELECT x, $b FROM u), c = $c", "t.c=c! " },
    { "UPDATE t SET a = CASE WHEN $a? THEN $a ELSE a END, b = CASE WHEN $b "
      "THEN $b ELSE b END WHERE id = $id", "t.a=a? t.b=b~ " },
    { "UPDATE t SET a = CASE WHEN $b? THEN $a ELSE a END", "t.a=a~ " },
    { "UPDATE t SET a = CASE WHEN $a? THEN $a ELSE CASE WHEN b THEN c END END",
      "t.a=a~ " },
    { "UPDATE t SET a = CASE WHEN $a? THEN $a ELSE b END || 'x'", "t.a=a~ " },
    { "UPDATE t SET a = CASE b WHEN 1 THEN (2) ELSE 3 END, c = $c",
      "t.c=c! " },

    /* perhaps */
    { "UPDATE t SET a = $a WHERE length($a) < 5", "t.a=a!@ " },
    { "UPDATE t SET a = lower($a), b = $a, c = CASE WHEN $c? THEN $c ELSE c "
      "END WHERE $c?", "t.a=a~ t.b=a! t.c=c? " },
    { "INSERT INTO t (a, b) SELECT $a, $b WHERE $b <> ''", "t.a=a!@ t.b=b!@ " },
    { "INSERT INTO t (a) VALUES ($a) RETURNING a = $a", "t.a=a! " },
    { "INSERT INTO t (a) VALUES ($a) ON CONFLICT (a) DO UPDATE SET b = $b, "
      "c = EXCLUDED.c WHERE t.d = $d", "t.a=a! t.b=b!@ " },
    { "MERGE INTO s.t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = "
      "$a, b = $b WHEN NOT MATCHED THEN INSERT (a, c) VALUES ($c, $d)",
      "t.a=a!@ t.b=b!@ t.a=c!@ t.c=d!@ " },

    /* a table that is not understood is none, nor the one before it */
    { "MERGE INTO ONLY (t) USING u ON true WHEN MATCHED THEN UPDATE SET a = "
      "$a", "" },
    { "WITH x AS (INSERT INTO t (a) VALUES ($a)), y AS (MERGE INTO ONLY (u) "
      "USING v ON true WHEN NOT MATCHED THEN INSERT (b) VALUES ($b)) SELECT 1",
      "t.a=a! " },

    /* several, and words that are names */
    { "WITH x AS (INSERT INTO t (a) VALUES ($a) RETURNING id), y AS (UPDATE u "
      "SET b = $b RETURNING 1) INSERT INTO v (c) SELECT $c FROM x",
      "t.a=a! u.b=b! v.c=c!@ " },
    { "SELECT update FROM t WHERE update = $a FOR UPDATE", "" },
    { "SELECT (update) FROM t WHERE set = $a", "" },
    { "UPDATE update SET set = $a", "update.set=a! " },

    /* not SQL, which PostgreSQL will say */
    { "INSERT INTO", "" },
    { "INSERT INTO t (", "" },
    { "INSERT INTO t (a", "" },
    { "INSERT INTO t (a) VALUES", "" },
    { "INSERT INTO t (a) VALUES (", "" },
    { "INSERT INTO t (a) VALUES ($a", "t.a=a! " },
    { "INSERT INTO t (a) VALUES ($a, $b), (", "t.a=a! " },
    { "INSERT INTO t (a) OVERRIDING", "" },
    { "INSERT INTO t AS", "" },
    { "INSERT INTO s.", "" },
    { "UPDATE", "" },
    { "UPDATE t SET", "" },
    { "UPDATE t SET a", "" },
    { "UPDATE t SET a =", "" },
    { "UPDATE t SET (", "" },
    { "UPDATE t SET (a) =", "" },
    { "UPDATE t SET (a) = (", "" },
    { "UPDATE t SET a = COALESCE($a,", "t.a=a~ " },
    { "UPDATE t SET a = CASE WHEN $a? THEN $a ELSE", "t.a=a~ " },
    { "MERGE INTO", "" },

    { NULL, NULL }
};


static void
describe(const api_sql_statement_t *statement, const ngx_array_t *targets,
    char *out, size_t size)
{
    char                    *end;
    ngx_uint_t               i;
    const api_sql_param_t   *param;
    const api_sql_target_t  *target;

    static const char  signs[] = "/~?!";

    end = out + size;
    param = statement->params.elts;
    target = targets->elts;
    *out = '\0';

    for (i = 0; i < targets->nelts; i++) {

        check(target[i].param < statement->params.nelts);
        check((target[i].column.len == 0) == (target[i].position != 0));

        out += snprintf(out, (size_t) (end - out), "%.*s.",
                        (int) target[i].relation.len,
                        (char *) target[i].relation.data);

        if (target[i].position) {
            out += snprintf(out, (size_t) (end - out), "%d",
                            (int) target[i].position);
        }

        out += snprintf(out, (size_t) (end - out), "%.*s=%.*s%c%s ",
                        (int) target[i].column.len,
                        (char *) target[i].column.data,
                        (int) param[target[i].param].name.len,
                        (char *) param[target[i].param].name.data,
                        signs[target[i].how], target[i].perhaps ? "@" : "");
    }
}


static void
finds_what_goes_where(ngx_pool_t *pool)
{
    char                 out[1024];
    ngx_str_t            source;
    ngx_uint_t           i;
    ngx_array_t          targets;
    api_sql_fault_t      fault;
    api_sql_statement_t  statement;

    for (i = 0; cases[i].source != NULL; i++) {
        test_note("%s", cases[i].source);

        ngx_memzero(&statement, sizeof(api_sql_statement_t));
        source = test_copy(pool, cases[i].source, strlen(cases[i].source));

        check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
                  NGX_OK);
        check_int(api_sql_target_find(pool, &statement, 0, &targets), NGX_OK);

        describe(&statement, &targets, out, sizeof(out));
        check_cstr(out, cases[i].targets);
    }
}


/* what is asked of the catalog */

static void
keeps_the_table_as_written(ngx_pool_t *pool)
{
    ngx_str_t            source;
    ngx_array_t          targets;
    api_sql_fault_t      fault;
    api_sql_target_t    *target;
    api_sql_statement_t  statement;

    static const char  sql[] = "UPDATE public . \"My T\" -- x\n SET a = $a";

    ngx_memzero(&statement, sizeof(api_sql_statement_t));
    source = test_copy(pool, sql, sizeof(sql) - 1);

    check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
              NGX_OK);
    check_int(api_sql_target_find(pool, &statement, 0, &targets), NGX_OK);
    check_int(targets.nelts, 1);

    target = targets.elts;
    check_str(&target->table, "public.\"My T\"");
    check_str(&target->relation, "My T");
}


static ngx_int_t
find(ngx_pool_t *pool, void *data)
{
    ngx_str_t            source;
    ngx_array_t          targets;
    api_sql_fault_t      fault;
    api_sql_statement_t  statement;

    static const char  sql[] = "WITH x AS (INSERT INTO t (a, b) VALUES ($a, "
                               "$b)) UPDATE s.\"T\" SET (a, b) = ($a, $b), "
                               "c = $c";

    (void) data;

    ngx_memzero(&statement, sizeof(api_sql_statement_t));
    source.data = (u_char *) (uintptr_t) sql;
    source.len = sizeof(sql) - 1;

    if (api_sql_statement_parse(pool, &source, &statement, &fault) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_sql_target_find(pool, &statement, 0, &targets);
}


static void
says_when_memory_is_short(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(find, NULL);
}


static const test_case_t  tests[] = {
    { "finds what goes where", finds_what_goes_where },
    { "keeps the table as it is written", keeps_the_table_as_written },
    { "says when memory is short", says_when_memory_is_short },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(tests);
}
