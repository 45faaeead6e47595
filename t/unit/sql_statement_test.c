
#include "sql/statement.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *source;
    const char  *text;
    const char  *names;      /* each with a space behind it */
} rewrite_t;

typedef struct {
    const char  *source;
    size_t       offset;
    const char  *why;        /* a part of it */
} refused_t;


static const rewrite_t  rewrites[] = {
    { "SELECT $jwt.sub, $jwt.\"https://x/a.b\".c, $jwt.a.\"b\\\"c\"",
      "SELECT $1, $2, $3",
      "jwt.sub jwt.\"https://x/a.b\".c jwt.a.\"b\\\"c\" " },
    { "SELECT $jwt, f($jwt), $jwtx.\"a\"", "SELECT $1::jsonb, f($1), $2.\"a\"",
      "jwt jwtx " },
    { "SELECT 1", "SELECT 1", "" },
    { "SELECT $id", "SELECT $1", "id " },
    { "SELECT $a, $b, $a", "SELECT $1, $2, $1", "a b " },
    { "SELECT $Id, $id, $_1", "SELECT $1, $2, $3", "Id id _1 " },
    { "SELECT $a::int", "SELECT $1::int", "a " },
    { "SELECT $a[1]", "SELECT $1[1]", "a " },
    { "SELECT ($a).b", "SELECT ($1).b", "a " },
    { "SELECT $body->'a'->>$k", "SELECT $1->'a'->>$2", "body k " },
    { "SELECT-$a+$b||$c", "SELECT-$1+$2||$3", "a b c " },
    { "SELECT x=$a", "SELECT x=$1", "a " },
    { "SELECT f($a)", "SELECT f($1)", "a " },
    { "SELECT '{}'::jsonb ?| $a", "SELECT '{}'::jsonb ?| $1", "a " },

    /* a field behind a dot */
    { "SELECT $user.id", "SELECT $1", "user.id " },
    { "SELECT $user.id, $user, $user.name", "SELECT $1, $2, $3",
      "user.id user user.name " },
    { "SELECT $a.b.c", "SELECT $1", "a.b.c " },
    { "SELECT $a.b.c.*", "SELECT $1.*", "a.b.c " },
    { "SELECT $a.*", "SELECT $1.*", "a " },
    { "SELECT $a.1", "SELECT $1.1", "a " },
    { "SELECT $a .b", "SELECT $1 .b", "a " },
    { "SELECT $a.", "SELECT $1.", "a " },
    { "SELECT $jwt.sub::uuid", "SELECT $1::uuid", "jwt.sub " },

    /* was it sent? */
    { "SELECT $a?", "SELECT $1::bool", "a? " },
    { "SELECT $a?, $a, $a?", "SELECT $1::bool, $2, $1::bool", "a? a " },
    { "SELECT CASE WHEN $a.b? THEN $a.b END",
      "SELECT CASE WHEN $1::bool THEN $2 END", "a.b? a.b " },
    { "SELECT ($a?)::bool, $b?::int",
      "SELECT ($1::bool)::bool, $2::bool::int", "a? b? " },
    { "SELECT x[$a?]", "SELECT x[$1::bool]", "a? " },
    { "SELECT $a?;", "SELECT $1::bool", "a? " },
    { "SELECT $a?/* sent? */, $b?--\n FROM x",
      "SELECT $1::bool/* sent? */, $2::bool--\n FROM x", "a? b? " },
    { "SELECT $a?-1, $a?/2", "SELECT $1?-1, $1?/2", "a " },

    /* alone in a select list the body would be text */
    { "SELECT $body", "SELECT $1::jsonb", "body " },
    { "SELECT ALL $body", "SELECT ALL $1::jsonb", "body " },
    { "select distinct $body /* a */ , $a, $body AS b, $body c, $body \"d\"",
      "select distinct $1::jsonb /* a */ , $2, $1::jsonb AS b, $1::jsonb c, "
      "$1::jsonb \"d\"", "body a " },
    { "SELECT $body;", "SELECT $1::jsonb", "body " },
    { "SELECT a, (SELECT $body), $body FROM t, f($body)",
      "SELECT a, (SELECT $1::jsonb), $1::jsonb FROM t, f($1)", "body " },
    { "INSERT INTO t VALUES ($body) RETURNING id, $body",
      "INSERT INTO t VALUES ($1) RETURNING id, $1::jsonb", "body " },
    { "WITH a AS (SELECT f($body, $body), $body) SELECT b FROM a, $body",
      "WITH a AS (SELECT f($1, $1), $1::jsonb) SELECT b FROM a, $1",
      "body " },
    { "SELECT a FROM t UNION SELECT $body", "SELECT a FROM t UNION SELECT "
      "$1::jsonb", "body " },

    /* and elsewhere it is what PostgreSQL wants */
    { "SELECT $body::text, $body->'a', $body || x, ($body), f($body)",
      "SELECT $1::text, $1->'a', $1 || x, ($1), f($1)", "body " },
    { "SELECT $body IS NULL, $body not like 'a', $bodyx, $body.a",
      "SELECT $4::text IS NULL, $1 not like 'a', $2, $3",
      "body bodyx body.a body " },
    { "SELECT a WHERE $x IS NULL OR b = $x AND ($y is  not\n null OR "
      "$z ISNULL)",
      "SELECT a WHERE $2::text IS NULL OR b = $1 AND ($3::text is  not\n null "
      "OR $4::text ISNULL)", "x x y z " },
    { "SELECT $a IS NULL, $a IS NULL, NOT $a NOTNULL, f($b IS NULL)",
      "SELECT $1::text IS NULL, $1::text IS NULL, NOT $1::text NOTNULL, "
      "f($2::text IS NULL)", "a b " },
    { "SELECT c || $a IS NULL, $a + 1 IS NULL, $a IS NOT DISTINCT FROM NULL",
      "SELECT c || $1 IS NULL, $1 + 1 IS NULL, $1 IS NOT DISTINCT FROM NULL",
      "a " },
    { "SELECT c BETWEEN 1 AND $a IS NULL AND $a IS NULL, c = $a IS NULL",
      "SELECT c BETWEEN 1 AND $1 IS NULL AND $2::text IS NULL, c = $1 IS NULL",
      "a a " },
    { "SELECT x[1, $body], a || $body, 'SELECT $body'",
      "SELECT x[1, $1], a || $1, 'SELECT $body'", "body " },
    { "SELECT a WHERE b IN (1, $body) GROUP BY a, $body",
      "SELECT a WHERE b IN (1, $1) GROUP BY a, $1", "body " },
    { "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
      "SELECT $body",
      "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
      "SELECT $1", "body " },

    /* or is it jsonb's operator? */
    { "SELECT $a?'b'", "SELECT $1?'b'", "a " },
    { "SELECT $a?$b", "SELECT $1?$2", "a b " },
    { "SELECT $a?|$b", "SELECT $1?|$2", "a b " },
    { "SELECT $a?&$b", "SELECT $1?&$2", "a b " },
    { "SELECT $a?|array['x'], $a?&array['x']",
      "SELECT $1?|array['x'], $1?&array['x']", "a " },
    { "SELECT $a ? 'b'", "SELECT $1 ? 'b'", "a " },
    { "SELECT $a?(x)", "SELECT $1?(x)", "a " },
    { "SELECT $a??", "SELECT $1??", "a " },
    { "SELECT $a?b", "SELECT $1?b", "a " },

    /* strings */
    { "SELECT '$a', $b", "SELECT '$a', $1", "b " },
    { "SELECT '''$a''', $b", "SELECT '''$a''', $1", "b " },
    { "SELECT 'a\\', $b", "SELECT 'a\\', $1", "b " },
    { "SELECT E'a\\'$x', $b", "SELECT E'a\\'$x', $1", "b " },
    { "SELECT e'\\\\', $b, '$x'", "SELECT e'\\\\', $1, '$x'", "b " },
    { "SELECT E'a''\\'$x', $b", "SELECT E'a''\\'$x', $1", "b " },
    { "SELECT B'01', x'1F', N'\\', $b", "SELECT B'01', x'1F', N'\\', $1",
      "b " },
    { "SELECT U&'\\', u&\"$x\\\", $b", "SELECT U&'\\', u&\"$x\\\", $1",
      "b " },
    { "SELECT U&$b", "SELECT U&$1", "b " },
    { "SELECT u & '\\', $b", "SELECT u & '\\', $1", "b " },
    { "SELECT \"$a\"\"$b\", $c", "SELECT \"$a\"\"$b\", $1", "c " },
    { "SELECT \"E'\", $c", "SELECT \"E'\", $1", "c " },

    /* the letter belongs to an identifier: no E'' */
    { "SELECT DATE'\\', $b", "SELECT DATE'\\', $1", "b " },
    { "SELECT \xc3\xa9" "E'\\', $b", "SELECT \xc3\xa9" "E'\\', $1", "b " },
    { "SELECT a_e'\\', $b", "SELECT a_e'\\', $1", "b " },
    { "SELECT $e'\\', $b", "SELECT $1'\\', $2", "e b " },

    /* a string that goes on on another line keeps its kind */
    { "SELECT E'a'\n'\\'$x', $b", "SELECT E'a'\n'\\'$x', $1", "b " },
    { "SELECT E'a' -- '\n -- x\r '\\'$x', $b",
      "SELECT E'a' -- '\n -- x\r '\\'$x', $1", "b " },
    { "SELECT E'a'  '\\', $b", "SELECT E'a'  '\\', $1", "b " },
    { "SELECT E'a'/*\n*/'\\', $b", "SELECT E'a'/*\n*/'\\', $1", "b " },
    { "SELECT 'a'\n'\\', $b", "SELECT 'a'\n'\\', $1", "b " },
    { "SELECT \"a\"\n'$x', $b", "SELECT \"a\"\n'$x', $1", "b " },

    /* dollar quotes */
    { "SELECT $$a $b '$$, $c", "SELECT $$a $b '$$, $1", "c " },
    { "SELECT $t$a $$ $b $t$, $c", "SELECT $t$a $$ $b $t$, $1", "c " },
    { "SELECT $t$ $T$ $t$, $c", "SELECT $t$ $T$ $t$, $1", "c " },
    { "SELECT $a$x$b$y$a$, $c", "SELECT $a$x$b$y$a$, $1", "c " },
    { "SELECT $a$$$a$, $c", "SELECT $a$$$a$, $1", "c " },
    { "SELECT $a$ $b$a$, $c", "SELECT $a$ $b$a$, $1", "c " },
    { "SELECT $$$a$$$b", "SELECT $$$a$$$1", "b " },
    { "SELECT $\xc3\xa4_1$'$\xc3\xa4_1$, $c",
      "SELECT $\xc3\xa4_1$'$\xc3\xa4_1$, $1", "c " },
    { "SELECT $a$;$a$", "SELECT $a$;$a$", "" },
    { "SELECT 1+$$a$$", "SELECT 1+$$a$$", "" },
    { "SELECT 'a'$$b$$, $c", "SELECT 'a'$$b$$, $1", "c " },

    /* "$" belongs to identifiers */
    { "SELECT a$b, foo$$, $c", "SELECT a$b, foo$$, $1", "c " },
    { "SELECT a$1, \xc3\xa9$b", "SELECT a$1, \xc3\xa9$b", "" },
    { "SELECT a1$b$c$d, $e", "SELECT a1$b$c$d, $1", "e " },
    { "SELECT\"a\"$b", "SELECT\"a\"$1", "b " },

    /* comments */
    { "SELECT 1 -- $a '\n, $b", "SELECT 1 -- $a '\n, $1", "b " },
    { "SELECT 1 --\r, $b", "SELECT 1 --\r, $1", "b " },
    { "SELECT 1 /* $a ' */, $b", "SELECT 1 /* $a ' */, $1", "b " },
    { "SELECT 1 /* /* ; */ $a */, $b", "SELECT 1 /* /* ; */ $a */, $1",
      "b " },
    { "SELECT 1 /*/*/ $a */*/, $b", "SELECT 1 /*/*/ $a */*/, $1", "b " },
    { "SELECT 2*/**/3, $b", "SELECT 2*/**/3, $1", "b " },
    { "SELECT 2//*$x*/3, $b", "SELECT 2//*$x*/3, $1", "b " },
    { "SELECT 2---$x\n$b", "SELECT 2---$x\n$1", "b " },
    { "SELECT 2- -$b", "SELECT 2- -$1", "b " },
    { "SELECT '--', '/*', $b", "SELECT '--', '/*', $1", "b " },
    { "-- $x\n /* $y */ SELECT $b", "-- $x\n /* $y */ SELECT $1", "b " },

    /* numbers */
    { "SELECT 1.5e-3, .5, 1., 0x1F, 1_000, $b",
      "SELECT 1.5e-3, .5, 1., 0x1F, 1_000, $1", "b " },
    { "SELECT 1 $b", "SELECT 1 $1", "b " },
    { "SELECT 1+$b", "SELECT 1+$1", "b " },
    { "SELECT 0x1e+$b", "SELECT 0x1e+$1", "b " },
    { "SELECT x[1..$b]", "SELECT x[1..$1]", "b " },
    { "SELECT x[1:$b]", "SELECT x[1:$1]", "b " },

    /* the end */
    { "SELECT $a;", "SELECT $1", "a " },
    { "SELECT 1 ; ; -- more\n ;/* */", "SELECT 1", "" },
    { "SELECT 1 -- end", "SELECT 1", "" },
    { "SELECT 1 -- $x\n/* $y */\n", "SELECT 1", "" },
    { "\n\tSELECT\f1\v\n", "\n\tSELECT\f1", "" },
    { "(SELECT $a)", "(SELECT $1)", "a " },

    /* words that only begin like a refused one, and quoted ones */
    { "CALL p($a)", "CALL p($1)", "a " },
    { "values (1)", "values (1)", "" },
    { "do_it", "do_it", "" },
    { "ends", "ends", "" },
    { "en", "en", "" },
    { "\"begin\"", "\"begin\"", "" },
    { "WITH x AS (SELECT 1) DELETE FROM t",
      "WITH x AS (SELECT 1) DELETE FROM t", "" },

    /* INTO that makes no table */
    { "INSERT /* x */ INTO t VALUES ($a)", "INSERT /* x */ INTO t VALUES ($1)",
      "a " },
    { "merge into t USING s ON true WHEN MATCHED THEN DO NOTHING",
      "merge into t USING s ON true WHEN MATCHED THEN DO NOTHING", "" },
    { "WITH x AS (INSERT INTO t VALUES (1) RETURNING id) SELECT id FROM x",
      "WITH x AS (INSERT INTO t VALUES (1) RETURNING id) SELECT id FROM x",
      "" },
    { "SELECT a ? 'b', a ?| b, a ?& b, a ? b FROM t", "SELECT a ? 'b', a ?| b, "
      "a ?& b, a ? b FROM t", "" },
    { "SELECT a[1:n], a[:n], f(a => 1, b := 2), a::int, ':x ?' -- :y ?",
      "SELECT a[1:n], a[:n], f(a => 1, b := 2), a::int, ':x ?'", "" },
    { "SELECT 1 AS into, t.into, \"into\", 'into', $$into$$, intos FROM t",
      "SELECT 1 AS into, t.into, \"into\", 'into', $$into$$, intos FROM t",
      "" },
    { NULL, NULL, NULL }
};

static const refused_t  refused[] = {
    { "", 0, "no statement" },
    { " \n", 2, "no statement" },
    { "-- SELECT 1", 11, "no statement" },
    { ";", 0, "no statement" },
    { "; SELECT 1", 0, "no statement" },

    { "SELECT $1", 7, "write $name" },
    { "SELECT 'a', $23", 12, "write $name" },
    { "SELECT $", 7, "alone" },
    { "SELECT $ a", 7, "alone" },
    { "SELECT $-a", 7, "alone" },
    { "SELECT $'a'", 7, "alone" },
    { "SELECT $\xc3\xa4", 7, "only the letters" },
    { "SELECT $gr\xc3\xb6\xc3\x9f" "e", 7, "only the letters" },
    { "SELECT $a.b\xc3\xb6", 7, "only the letters" },
    { "SELECT $a.b$c", 11, "behind a parameter" },

    { "SELECT 1$a", 8, "behind a number" },
    { "SELECT 1.5$a", 10, "behind a number" },
    { "SELECT 1.$a", 9, "behind a number" },
    { "SELECT .5$a", 9, "behind a number" },
    { "SELECT 1e10$a", 11, "behind a number" },
    { "SELECT 1e-10$a", 12, "behind a number" },
    { "SELECT 0xFF$a", 11, "behind a number" },
    { "SELECT 1_0$a", 10, "behind a number" },
    { "SELECT 1$$a$$", 8, "behind a number" },
    { "SELECT 1$1", 8, "behind a number" },

    { "SELECT :id", 7, "write $name for :name" },
    { "SELECT 1 WHERE a = @id", 19, "write $name for @name, or abs(name)" },
    { "SELECT f(@id)", 9, "write $name for @name" },
    { "SELECT a WHERE b=:c", 17, "write $name for :name" },
    { "SELECT a[1], :b", 13, "write $name for :name" },
    { "SELECT :'a'", 7, "write $name for :name" },
    { "SELECT ?", 7, "write $name for \"?\"" },
    { "SELECT f(?, 1)", 9, "write $name for \"?\"" },
    { "SELECT 1 WHERE a = ? ORDER BY b", 19, "write $name for \"?\"" },
    { "SELECT ?::int", 7, "write $name for \"?\"" },
    { "SELECT ${a}", 7, "write $name for ${name}" },
    { "SELECT {a}", 7, "no braces" },
    { "SELECT #{a}", 8, "no braces" },
    { "SELECT `a` FROM b", 7, "no backticks" },
    { "SELECT a FROM `b_1`", 14, "no backticks" },

    { "SELECT 1 AS a INTO t", 14, "INSERT INTO" },
    { "SELECT a, $b into temp t FROM u", 13, "INSERT INTO" },
    { "(WITH x AS (SELECT 1) SELECT * INTO t FROM x)", 31, "INSERT INTO" },
    { "SELECT t.* INTO u FROM t", 11, "INSERT INTO" },

    { "SELECT 'a", 7, "string does not end" },
    { "SELECT 'a''", 7, "string does not end" },
    { "SELECT E'a\\'", 7, "string does not end" },
    { "SELECT E'\\", 7, "string does not end" },
    { "SELECT 'a'\n'b", 7, "string does not end" },
    { "SELECT \"a", 7, "identifier does not end" },
    { "SELECT U&\"a", 7, "identifier does not end" },
    { "SELECT $$a$", 7, "dollar quote does not end" },
    { "SELECT $a$ $A$", 7, "dollar quote does not end" },
    { "SELECT $a$a", 7, "dollar quote does not end" },
    { "SELECT $a$$b", 7, "dollar quote does not end" },
    { "SELECT 1 /* /* */", 9, "comment does not end" },
    { "SELECT 1 /*", 9, "comment does not end" },
    { "SELECT 1; /*", 10, "comment does not end" },

    { "SELECT 1; SELECT 2", 10, "second statement" },
    { "SELECT 1;; -- x\n$a", 16, "second statement" },
    { "SELECT 1; 'a", 10, "string does not end" },

    { "SELECT '\xff'", 8, "not UTF-8" },
    { "SELECT 1 -- \xed\xa0\x80", 12, "not UTF-8" },
    { "SELECT 1 /* \xc3", 12, "not UTF-8" },

    { "BEGIN", 0, "transaction" },
    { "/* a */ begin;", 8, "transaction" },
    { "Start Transaction", 0, "transaction" },
    { "cOMMIT", 0, "transaction" },
    { "create table t ()", 0, "migration" },
    { "SET a = 1", 0, "shared" },
    { "EXPLAIN SELECT 1", 0, "write SELECT" },
    { NULL, 0, NULL }
};

static const char *const  utility[] = {
    "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT",
    "RELEASE", "PREPARE", "EXECUTE", "DEALLOCATE", "COPY", "VACUUM",
    "ANALYZE", "CLUSTER", "REINDEX", "LISTEN", "UNLISTEN", "NOTIFY", "SET",
    "RESET", "SHOW", "DISCARD", "LOCK", "DECLARE", "FETCH", "MOVE", "CLOSE",
    "CHECKPOINT", "LOAD", "DO", "CREATE", "ALTER", "DROP", "TRUNCATE",
    "GRANT", "REVOKE", "COMMENT", "SECURITY", "REASSIGN", "IMPORT",
    "REFRESH", "EXPLAIN", NULL
};


static ngx_int_t
parse(ngx_pool_t *pool, const char *source, api_sql_statement_t *statement,
    api_sql_fault_t *fault)
{
    ngx_str_t  copy;

    copy = test_copy(pool, source, strlen(source));

    return api_sql_statement_parse(pool, &copy, statement, fault);
}


static void
rewrites_names_and_nothing_else(ngx_pool_t *pool)
{
    ngx_str_t             text;
    ngx_uint_t            i;
    const rewrite_t      *r;
    api_sql_fault_t       fault;
    api_sql_param_t      *param;
    api_sql_statement_t   statement;
    char                  names[256];

    for (r = rewrites; r->source != NULL; r++) {
        test_note("%s", r->source);

        check_int(parse(pool, r->source, &statement, &fault), NGX_OK);

        text = statement.text;
        check_bytes(text.data, text.len, r->text, strlen(r->text));
        check_int(text.data[text.len], '\0');

        names[0] = '\0';
        param = statement.params.elts;

        for (i = 0; i < statement.params.nelts; i++) {
            strncat(names, (char *) param[i].name.data, param[i].name.len);
            strcat(names, " ");

            check_int(statement.source.data[param[i].offset], '$');
            check_int(param[i].declared, 0);
            check_int(param[i].earlier, 0);
            check_int(param[i].member.len, 0);
            check_bytes(statement.source.data + param[i].offset + 1,
                        param[i].name.len, param[i].name.data,
                        param[i].name.len);
        }

        check_cstr(names, r->names);
    }
}


static void
refuses_with_a_place(ngx_pool_t *pool)
{
    const refused_t      *r;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    for (r = refused; r->source != NULL; r++) {
        test_note("%s", r->source);

        check_int(parse(pool, r->source, &statement, &fault), NGX_DECLINED);
        check_int(fault.offset, r->offset);

        if (strstr(fault.why, r->why) == NULL) {
            check_cstr(fault.why, r->why);
        }
    }
}


static void
refuses_a_nul_byte(ngx_pool_t *pool)
{
    ngx_str_t             source;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    source = test_copy(pool, "SELECT '\0'", 10);

    check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
              NGX_DECLINED);
    check_int(fault.offset, 8);
    check(strstr(fault.why, "NUL") != NULL);
}


static void
refuses_utility_statements(ngx_pool_t *pool)
{
    char                  source[64];
    const char *const    *word;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    for (word = utility; *word != NULL; word++) {
        test_note("%s", *word);

        check_int(parse(pool, *word, &statement, &fault), NGX_DECLINED);
        check_int(fault.offset, 0);

        /* the word alone counts, and only in front */

        snprintf(source, sizeof(source), "%sX", *word);
        check_int(parse(pool, source, &statement, &fault), NGX_OK);

        snprintf(source, sizeof(source), "SELECT %s", *word);
        check_int(parse(pool, source, &statement, &fault), NGX_OK);
    }
}


static void
bounds_the_names(ngx_pool_t *pool)
{
    char                 *p, *source;
    ngx_uint_t            i, n;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    source = ngx_palloc(pool, 20 * (API_SQL_PARAMS + 2));

    for (n = API_SQL_PARAMS; n <= API_SQL_PARAMS + 1; n++) {
        p = source + sprintf(source, "SELECT $p0");

        for (i = 0; i < n; i++) {
            p += sprintf(p, ", $p%d", (int) i);
        }

        check_int(parse(pool, source, &statement, &fault),
                  n > API_SQL_PARAMS ? NGX_DECLINED : NGX_OK);
    }

    check(strstr(fault.why, "1000") != NULL);
    check_cstr(source + fault.offset, "$p1000");
}


static void
keeps_what_the_caller_sets(ngx_pool_t *pool)
{
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    statement.file = test_str("a.sql");
    statement.line = 7;

    check_int(parse(pool, "SELECT 1", &statement, &fault), NGX_OK);
    check_str(&statement.file, "a.sql");
    check_int(statement.line, 7);
}


static ngx_int_t
parse_short_of_memory(ngx_pool_t *pool, void *data)
{
    ngx_str_t            *source = data;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    return api_sql_statement_parse(pool, source, &statement, &fault);
}


static void
survives_without_memory(ngx_pool_t *pool)
{
    ngx_str_t             source, message, out;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    source = test_str("SELECT $a, $b, $c, $d, $e, $f");
    check_oom(parse_short_of_memory, &source);

    check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
              NGX_OK);
    message = test_str("$1");

    shim_fail_at(1);
    out = api_sql_statement_message(pool, &statement, &message);
    shim_fail_at(0);

    check_str(&out, "$1");
}


/* whatever it is: no crash, and what is taken comes back from the text */

static void
stands_any_bytes(ngx_pool_t *pool)
{
    size_t                len, k;
    unsigned              seed;
    ngx_int_t             rc;
    ngx_str_t             source;
    ngx_uint_t            i, line, column;
    ngx_pool_t           *own;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;
    u_char                bytes[24];

    static const char  alphabet[] = "$$$'\"ab1E;.-/*\n \\&U(),_\xc3\xa9";

    (void) pool;
    seed = 1;

    for (i = 0; i < 20000; i++) {
        seed = seed * 1103515245 + 12345;
        len = (seed >> 16) % sizeof(bytes);

        for (k = 0; k < len; k++) {
            seed = seed * 1103515245 + 12345;
            bytes[k] = (u_char) alphabet[(seed >> 16)
                                         % (sizeof(alphabet) - 1)];
        }

        own = ngx_create_pool(0, NULL);
        source = test_copy(own, bytes, len);
        test_note("%.*s", (int) len, bytes);

        fault.offset = 0;
        rc = api_sql_statement_parse(own, &source, &statement, &fault);
        check(rc == NGX_OK || rc == NGX_DECLINED);

        if (rc == NGX_DECLINED) {
            check(fault.offset <= len);
            api_sql_statement_place(&source, fault.offset, &line, &column);

        } else {
            check(api_sql_statement_offset(&statement, len) <= len);
        }

        ngx_destroy_pool(own);
    }
}


static const test_case_t  cases[] = {
    { "rewrites names and nothing else", rewrites_names_and_nothing_else },
    { "refuses with a place", refuses_with_a_place },
    { "refuses a NUL byte", refuses_a_nul_byte },
    { "refuses utility statements", refuses_utility_statements },
    { "bounds the names", bounds_the_names },
    { "keeps what the caller sets", keeps_what_the_caller_sets },
    { "survives without memory", survives_without_memory },
    { "stands any bytes", stands_any_bytes },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
