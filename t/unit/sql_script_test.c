
#include "sql/script.h"
#include "shim.h"
#include "test.h"


typedef struct {
    const char  *text;
    int          offset;       /* of the fault; -1: there is none */
    const char  *why;          /* a part of its sentence */
} fault_t;


/* statements begin where a "^" is written in front of them */

static const char *const  scripts[] = {
    "",
    " \n-- nothing;\n/* ; /* ; */ ; */ ;;",
    "^SELECT 1",
    "^SELECT 1;",
    ";;^SELECT 1;; ;^SELECT 2; -- ; end",
    "^SELECT ';', \";\", E'\\';', $$;$$, $a$ $b$; $$ $a$;^SELECT 2",
    "^SELECT a$b$, c;^SELECT d$b$",
    "^SELECT 'a' -- it's;\n 'b;';^SELECT 2",
    "^SELECT E'a' -- \\\n '\\';b';^SELECT 2",
    "^SELECT e'\\\\';^SELECT U&'\\0041;' UESCAPE '!';^SELECT u&\";\"",
    "^SELECT 'it''s;';^SELECT 2",
    "^SELECT 1 /* /* ; */ ; */;^SELECT 2",
    "^SELECT 1--;\r;^SELECT 2",

    /* parentheses */
    "^CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);^SELECT 3",
    "^(SELECT 1);^SELECT 2",
    "^SELECT 1);^SELECT 2",

    /* SQL-standard bodies */
    "^CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;"
    "^SELECT 3",
    "^create or replace procedure p(a int) language sql\nbegin /* x */ atomic"
    " insert into t values ($1); update t set a = case when a then 1 end; end;"
    "^SELECT 3",
    "^CREATE FUNCTION f() RETURNS int BEGIN ATOMIC END;^SELECT 3",
    "^CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end FROM t;"
    " SELECT 1 end; SELECT (CASE 1 WHEN 1 THEN 2 END); END ;^SELECT 3",
    "^CREATE FUNCTION f(int) RETURNS int RETURN $1 + 1;^SELECT 3",
    "^CREATE FUNCTION \"begin\"() RETURNS int AS $$BEGIN ATOMIC; END$$"
    " LANGUAGE sql;^SELECT 3",
    "^CREATE TABLE begin (atomic int);^SELECT 3",
    "^PREPARE p AS SELECT $1, $2;^SELECT 3",

    "^\xD0\xA2\xD0\xB5 \xD1\x81\xD1\x82;^SELECT '\xE2\x82\xAC;';^SELECT 2",
    NULL
};


/* with a transaction around them; "" is a fault of neither kind */

static const fault_t  faults[] = {
    { "SELECT 1; SELECT 2", -1, "" },
    { "BEGIN; SELECT 1", 0, "transaction control" },
    { "SELECT 1;\n  begin;", 12, "transaction control" },
    { "/* x */ START TRANSACTION", 8, "transaction control" },
    { "SELECT 1; COMMIT", 10, "transaction control" },
    { "SELECT 1; Commit Prepared 'x'", 10, "transaction control" },
    { "END", 0, "transaction control" },
    { "ROLLBACK TO x", 0, "transaction control" },
    { "ABORT", 0, "transaction control" },
    { "SAVEPOINT a", 0, "transaction control" },
    { "RELEASE a", 0, "transaction control" },
    { "PREPARE TRANSACTION 'x'", 0, "transaction control" },
    { "PREPARE transactions AS SELECT 1", -1, "" },
    { "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", -1, "" },
    { "CREATE TABLE begin (a int); CREATE TABLE commit (b int)", -1, "" },
    { "\"BEGIN\"", -1, "" },
    { "DO $$ BEGIN PERFORM 1; END $$", -1, "" },
    { "CREATE FUNCTION f() RETURNS void AS $f$ BEGIN; COMMIT; END $f$", -1,
      "" },
    { "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", -1, "" },
    { "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; END", 60,
      "transaction control" },
    { "CREATE VIEW v AS SELECT 1; BEGIN ATOMIC; END", 27,
      "transaction control" },
    { "SELECT 'x'; -- COMMIT;\n/* ROLLBACK; */ SELECT 1", -1, "" },

    { "SELECT 'a", 7, "string does not end" },
    { "SELECT 1; SELECT \"a", 17, "identifier does not end" },
    { "SELECT 1 /* /* */", 9, "comment does not end" },
    { "SELECT $x$ $X$", 7, "dollar quote does not end" },
    { "SELECT E'a\\'", 7, "string does not end" },
    { "SELECT $1, $", -1, "" },
    { "SELECT 1$1", -1, "" },

    { "\\connect app", 0, "psql" },
    { "SELECT 1;\n\\i other.sql\n", 10, "psql" },
    { "SELECT '\\', \"\\\", E'\\\\', $$\\$$ -- \\\n", -1, "" },

    { "COPY t (a) FROM STDIN;", 16, "COPY" },
    { "copy t (a) from stdin with (format csv);\n1\n\\.\n", 16, "COPY" },
    { "COPY (SELECT * FROM stdin) TO '/f'", -1, "" },
    { "COPY t TO STDOUT", 10, "COPY" },
    { "COPY stdin FROM '/f'", -1, "" },
    { "SELECT 1 FROM stdin", -1, "" },

    { "\xEF\xBB\xBFSELECT 1", 0, "byte order mark" },
    { NULL, 0, NULL }
};


static void
finds_statements(ngx_pool_t *pool)
{
    size_t       i, len, offset;
    ngx_str_t    text;
    ngx_uint_t   n, count;
    size_t       starts[8];
    u_char       plain[1024];

    for (n = 0; scripts[n] != NULL; n++) {
        test_note("%s", scripts[n]);

        count = 0;
        len = 0;

        for (i = 0; scripts[n][i]; i++) {
            if (scripts[n][i] == '^') {
                starts[count++] = len;
            } else {
                plain[len++] = (u_char) scripts[n][i];
            }
        }

        text = test_copy(pool, plain, len);

        for (i = 0; i < count; i++) {
            check_int(api_sql_script_find(&text, i, &offset), NGX_OK);
            check_int(offset, starts[i]);
        }

        check_int(api_sql_script_find(&text, count, &offset), NGX_DECLINED);
        check_int(api_sql_script_find(&text, count + 5, &offset),
                  NGX_DECLINED);
    }
}


static void
tells_faults(ngx_pool_t *pool)
{
    ngx_str_t        text;
    ngx_uint_t       n;
    api_sql_fault_t  fault;

    for (n = 0; faults[n].text != NULL; n++) {
        test_note("%s", faults[n].text);

        text = test_copy(pool, faults[n].text, strlen(faults[n].text));

        if (faults[n].offset == -1) {
            check_int(api_sql_script_check(&text, 1, &fault), NGX_OK);
            continue;
        }

        check_int(api_sql_script_check(&text, 1, &fault), NGX_DECLINED);
        check_int(fault.offset, faults[n].offset);
        check(strstr(fault.why, faults[n].why) != NULL);

        /* without a transaction, its control is allowed, the rest is not */

        check_int(api_sql_script_check(&text, 0, &fault),
                  strstr(faults[n].why, "transaction") ? NGX_OK
                                                       : NGX_DECLINED);
    }
}


static void
reads_any_cut(ngx_pool_t *pool)
{
    size_t           i, len, offset;
    ngx_str_t        text;
    ngx_uint_t       n;
    api_sql_fault_t  fault;

    for (n = 0; faults[n].text != NULL; n++) {
        len = strlen(faults[n].text);

        for (i = 0; i <= len; i++) {
            text = test_copy(pool, faults[n].text, i);

            if (api_sql_script_check(&text, 1, &fault) == NGX_DECLINED) {
                check(fault.offset <= i);
            }

            if (api_sql_script_find(&text, 0, &offset) == NGX_OK) {
                check(offset < i);
            }
        }
    }
}


static void
refuses_what_is_no_text(ngx_pool_t *pool)
{
    ngx_str_t        text;
    api_sql_fault_t  fault;

    text = test_copy(pool, "", 0);
    check_int(api_sql_script_text(&text, &fault), NGX_OK);

    text = test_copy(pool, "a\xC3\xA9\xF0\x9F\x90\x98", 7);
    check_int(api_sql_script_text(&text, &fault), NGX_OK);

    text = test_copy(pool, "a\0b", 3);
    check_int(api_sql_script_text(&text, &fault), NGX_DECLINED);
    check_int(fault.offset, 1);
    check(strstr(fault.why, "NUL") != NULL);

    text = test_copy(pool, "ab\xE9", 3);
    check_int(api_sql_script_text(&text, &fault), NGX_DECLINED);
    check_int(fault.offset, 2);
    check(strstr(fault.why, "UTF-8") != NULL);

    text = test_copy(pool, "\xED\xA0\x80", 3);
    check_int(api_sql_script_text(&text, &fault), NGX_DECLINED);
    check_int(fault.offset, 0);
}


static void
counts_characters(ngx_pool_t *pool)
{
    ngx_str_t  text;

    text = test_copy(pool, "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x98z", 11);

    check_int(api_sql_script_offset(&text, 0), 0);
    check_int(api_sql_script_offset(&text, 1), 0);
    check_int(api_sql_script_offset(&text, 2), 1);
    check_int(api_sql_script_offset(&text, 3), 3);
    check_int(api_sql_script_offset(&text, 4), 6);
    check_int(api_sql_script_offset(&text, 5), 10);
    check_int(api_sql_script_offset(&text, 6), 11);
    check_int(api_sql_script_offset(&text, 1000), 11);
}


static const test_case_t  cases[] = {
    { "finds statements", finds_statements },
    { "tells faults", tells_faults },
    { "reads any cut", reads_any_cut },
    { "refuses what is no text", refuses_what_is_no_text },
    { "counts characters", counts_characters },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
