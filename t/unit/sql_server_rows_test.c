
/*
 * Every kind of type as a real server writes it.  Needs TEST_PG_URI, a
 * database of a superuser's; everything happens in a transaction that is
 * rolled back.
 */

#include "sql/rows.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <libpq-fe.h>


typedef struct {
    const char  *sql;         /* an expression */
    const char  *json;
} value_t;


static PGconn           *conn;

/* made at the first need, as a worker does */
static api_sql_types_t  *types;


static const char  setup[] =
    "SET client_encoding = UTF8; SET DateStyle = ISO;"
    "SET IntervalStyle = postgres; SET bytea_output = hex;"
    "SET extra_float_digits = 1; SET TimeZone = UTC;"
    "SET client_min_messages = error; SET lc_monetary = 'C';"
    "BEGIN;"
    "CREATE SCHEMA api_rows_test; SET LOCAL search_path = api_rows_test;"
    "CREATE TYPE mood AS ENUM ('sad', 'so \"so\"');"
    "CREATE DOMAIN amount AS numeric(12,2);"
    "CREATE DOMAIN amounts AS amount[];"
    "CREATE DOMAIN tags AS text[];"
    "CREATE DOMAIN document AS jsonb;"
    "CREATE DOMAIN more AS amount CHECK (value > 0);"
    "CREATE TYPE span AS RANGE (subtype = float8);"
    "CREATE TYPE point3 AS (x int, \"y \"\"2\"\"\" amount, z tags);"
    "CREATE DOMAIN place AS point3;"
    "CREATE TYPE leaf AS (id int, name text, doc json, ok bool,"
        " place point3);"
    "CREATE TABLE tree (id int, dropped int, name text);"
    "ALTER TABLE tree DROP COLUMN dropped, ADD leaves leaf[],"
        " ADD doc json, ADD at timestamptz, ADD data bytea,"
        " ADD place place, ADD moods mood[];"
    "CREATE TABLE nothing ();"
    "CREATE FUNCTION void_function() RETURNS void"
        " LANGUAGE sql AS 'SELECT 1';"
    "CREATE PROCEDURE procedure() LANGUAGE sql AS 'SELECT 1';";


static const value_t  values[] = {
    { "true", "true" },
    { "false", "false" },
    { "NULL::bool", "null" },
    { "(-32768)::int2", "-32768" },
    { "2147483647", "2147483647" },
    { "9223372036854775807", "9223372036854775807" },
    { "4294967295::oid", "4294967295" },
    { "0.1::float4", "0.1" },
    { "(0.1::float8 + 0.2)", "0.30000000000000004" },
    { "1e300::float8", "1e+300" },
    { "'-0'::float8", "-0" },
    { "'NaN'::float8", "\"NaN\"" },
    { "'-Infinity'::float4", "\"-Infinity\"" },
    { "12345678901234567890123456789012345678.123456789012345678900",
      "12345678901234567890123456789012345678.123456789012345678900" },
    { "1e-30::numeric", "0.000000000000000000000000000001" },
    { "'NaN'::numeric", "\"NaN\"" },
    { "12.5::money", "\"$12.50\"" },

    { "E'a\"\\\\\\u0001\\u00e9\\U0001F600'",
      "\"a\\\"\\\\\\u0001\xc3\xa9\xf0\x9f\x98\x80\"" },
    { "'ab'::char(4)", "\"ab  \"" },
    { "'ab'::varchar", "\"ab\"" },
    { "'ab'::name", "\"ab\"" },
    { "'a'::\"char\"", "\"a\"" },
    { "''::text", "\"\"" },
    { "'unknown'", "\"unknown\"" },
    { "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid",
      "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"" },
    { "'<a b=\"c\"/>'::xml", "\"<a b=\\\"c\\\"/>\"" },
    { "'10.0.0.0/8'::cidr", "\"10.0.0.0/8\"" },
    { "'::1'::inet", "\"::1\"" },
    { "B'101'", "\"101\"" },
    { "'a & b'::tsquery", "\"'a' & 'b'\"" },
    { "'pg_type'::regclass", "\"pg_type\"" },
    { "ROW(1, 'a')", "\"(1,a)\"" },

    { "'{\"a\": [1, 2.50, null]}'::json", "{\"a\": [1, 2.50, null]}" },
    { "'{\"b\":1,\"a\":1e400}'::jsonb->'b'", "1" },
    { "'\"x\"'::jsonb", "\"x\"" },
    { "'null'::jsonb", "null" },
    { "'{}'::document", "{}" },

    { "'2026-01-31'::date", "\"2026-01-31\"" },
    { "'infinity'::date", "\"infinity\"" },
    { "'0044-03-15 BC'::date", "\"0044-03-15 BC\"" },
    { "'10:00'::time", "\"10:00:00\"" },
    { "'10:00+05:30'::timetz", "\"10:00:00+05:30\"" },
    { "'1 day 2 hours'::interval", "\"1 day 02:00:00\"" },
    { "'2026-01-31 10:00'::timestamp", "\"2026-01-31T10:00:00\"" },
    { "'2026-01-31 10:00:00.123456'::timestamp",
      "\"2026-01-31T10:00:00.123456\"" },
    { "'infinity'::timestamp", "\"infinity\"" },
    { "'12026-01-31 10:00'::timestamp", "\"12026-01-31 10:00:00\"" },
    { "'2026-01-31 10:00:00.5+02'::timestamptz",
      "\"2026-01-31T08:00:00.5+00:00\"" },
    { "'-infinity'::timestamptz", "\"-infinity\"" },
    { "'0044-03-15 00:00+00 BC'::timestamptz",
      "\"0044-03-15 00:00:00+00 BC\"" },

    { "''::bytea", "\"\"" },
    { "'\\x00ff10'::bytea", "\"AP8Q\"" },
    { "'\\x00ff'::bytea", "\"AP8=\"" },

    { "'[1,5)'::int4range", "\"[1,5)\"" },
    { "'empty'::tstzrange", "\"empty\"" },
    { "'{[1,2),[3,4)}'::int4multirange", "\"{[1,2),[3,4)}\"" },
    { "'[1.5,2]'::span", "\"[1.5,2]\"" },
    { "'so \"so\"'::mood", "\"so \\\"so\\\"\"" },
    { "1.5::amount", "1.50" },
    { "2::more", "2.00" },

    /* arrays */
    { "'{}'::int[]", "[]" },
    { "NULL::int[]", "null" },
    { "ARRAY[1, NULL, -3]", "[1,null,-3]" },
    { "ARRAY[[1, 2], [3, NULL]]", "[[1,2],[3,null]]" },
    { "'[0:1][5:6]={{1,2},{3,4}}'::int[]", "[[1,2],[3,4]]" },
    { "ARRAY[9223372036854775807]", "[9223372036854775807]" },
    { "ARRAY[1.50, 'NaN']::numeric[]", "[1.50,\"NaN\"]" },
    { "ARRAY[0.1, 'Infinity']::float8[]", "[0.1,\"Infinity\"]" },
    { "ARRAY[true, false, NULL]", "[true,false,null]" },
    { "ARRAY['', 'NULL', NULL, 'null', 'a,b', '{', ' ', E'\\\\\"', 'x']",
      "[\"\",\"NULL\",null,\"null\",\"a,b\",\"{\",\" \",\"\\\\\\\"\",\"x\"]" },
    { "ARRAY['{\"a\": \"\\\"\"}', '1', NULL, 'null', '\"x\"']::json[]",
      "[{\"a\": \"\\\"\"},1,null,null,\"x\"]" },
    { "ARRAY['[1, {}]', 'true']::jsonb[]", "[[1, {}],true]" },
    { "ARRAY['2026-01-31 10:00', 'infinity']::timestamp[]",
      "[\"2026-01-31T10:00:00\",\"infinity\"]" },
    { "ARRAY['2026-01-31 10:00+00']::timestamptz[]",
      "[\"2026-01-31T10:00:00+00:00\"]" },
    { "ARRAY['2026-01-31', NULL]::date[]", "[\"2026-01-31\",null]" },
    { "ARRAY['\\x00ff', '\\x']::bytea[]", "[\"AP8=\",\"\"]" },
    { "ARRAY['1 day', '2 hours']::interval[]",
      "[\"1 day\",\"02:00:00\"]" },
    { "ARRAY['(1,1),(0,0)', '(2,2),(1,1)']::box[]",
      "[\"(1,1),(0,0)\",\"(2,2),(1,1)\"]" },
    { "ARRAY['[1,5)']::int4range[]", "[\"[1,5)\"]" },
    { "ARRAY[ROW(1, 'a b')]", "[\"(1,\\\"a b\\\")\"]" },
    { "'1 2 3'::int2vector", "[1,2,3]" },
    { "''::oidvector", "[]" },
    { "ARRAY['1 2', '3']::int2vector[]", "[[1,2],[3]]" },
    { "ARRAY['sad', 'so \"so\"', NULL]::mood[]",
      "[\"sad\",\"so \\\"so\\\"\",null]" },
    { "ARRAY[1, 2.5]::amount[]", "[1.00,2.50]" },
    { "ARRAY[1, 2.5]::amounts", "[1.00,2.50]" },
    { "ARRAY['a', NULL]::tags", "[\"a\",null]" },
    { "ARRAY['[1.5,2]']::span[]", "[\"[1.5,2]\"]" },

    /* composites */
    { "ROW(1, 2.5, ARRAY['a\"', NULL])::point3",
      "{\"x\":1,\"y \\\"2\\\"\":2.50,\"z\":[\"a\\\"\",null]}" },
    { "ROW(NULL, NULL, NULL)::point3",
      "{\"x\":null,\"y \\\"2\\\"\":null,\"z\":null}" },
    { "ROW(1, 2, '{}')::place", "{\"x\":1,\"y \\\"2\\\"\":2.00,\"z\":[]}" },
    { "ARRAY[ROW(1, 2, '{b c}')::point3, NULL]",
      "[{\"x\":1,\"y \\\"2\\\"\":2.00,\"z\":[\"b c\"]},null]" },
    { "(SELECT t FROM nothing t LIMIT 1)", "null" },
    { "ROW(1, 'a', ARRAY[ROW(2, '', '{\"k\": \"\\\"\"}', true, NULL)::leaf],"
      " '[1, 2]', '2026-01-31 10:00+00', '\\x00ff',"
      " ROW(1, 2, '{(,\"\\\"\"}')::place, '{sad}')::tree",
      "{\"id\":1,\"name\":\"a\",\"leaves\":[{\"id\":2,\"name\":\"\","
      "\"doc\":{\"k\": \"\\\"\"},\"ok\":true,\"place\":null}],"
      "\"doc\":[1, 2],\"at\":\"2026-01-31T10:00:00+00:00\","
      "\"data\":\"AP8=\",\"place\":{\"x\":1,\"y \\\"2\\\"\":2.00,"
      "\"z\":[\"(\",\"\\\"\"]},\"moods\":[\"sad\"]}" },
    { NULL, NULL }
};


static PGresult *
run(const char *sql)
{
    PGresult        *res;
    ExecStatusType   status;

    res = PQexec(conn, sql);
    status = PQresultStatus(res);

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        printf("# %s: %s", sql, PQerrorMessage(conn));
        check(0);
    }

    return res;
}


static void
run_only(const char *sql)
{
    PQclear(run(sql));
}


static void
load_types(void)
{
    PGresult  *res;

    res = run(api_sql_types_query);
    check_int(api_sql_types_load(types, res), NGX_OK);
    PQclear(res);
}


static ngx_str_t
render(ngx_pool_t *pool, const PGresult *res, api_sql_result_e kind)
{
    json_t           *json;
    api_buf_t         out;
    ngx_str_t         text;
    json_error_t      error;
    api_sql_shape_t   shape;

    check_int(api_sql_shape_make(pool, types, res, &shape), NGX_OK);

    if (shape.unknown) {
        load_types();
        check_int(api_sql_shape_make(pool, types, res, &shape), NGX_OK);
        check_int(shape.unknown, 0);
    }

    check_int(api_sql_rows_check(res, kind), API_SQL_ROWS_OK);
    check_int(api_buf_init(&out, pool, api_sql_rows_size(res, &shape),
                           10000000), NGX_OK);
    check_int(api_sql_rows_render(res, kind, &shape, &out),
              API_SQL_ROWS_OK);
    check_int(api_buf_string(&out, &text), NGX_OK);

    json = json_loadb((char *) text.data, text.len, JSON_DECODE_ANY, &error);
    if (json == NULL) {
        printf("# %s: %s\n", error.text, text.data);
    }

    check(json != NULL);
    json_decref(json);

    return text;
}


static void
sets_up(ngx_pool_t *pool)
{
    (void) pool;
    run_only(setup);
}


static void
renders_every_type(ngx_pool_t *pool)
{
    char            sql[4096];
    PGresult       *res;
    ngx_str_t       text;
    const value_t  *v;

    for (v = values; v->sql != NULL; v++) {
        test_note("%s", v->sql);

        snprintf(sql, sizeof(sql), "SELECT %s", v->sql);
        res = run(sql);
        text = render(pool, res, API_SQL_VALUE);
        check_cstr(text.data, v->json);
        PQclear(res);
    }
}


static void
renders_zones(ngx_pool_t *pool)
{
    int         i;
    char        sql[256];
    PGresult   *res;
    ngx_str_t   text;

    static const char *const  zones[][3] = {
        { "Asia/Kolkata", "2026-01-31 10:00:00.5+00",
          "\"2026-01-31T15:30:00.5+05:30\"" },
        { "America/New_York", "2026-07-31 10:00+00",
          "\"2026-07-31T06:00:00-04:00\"" },
        { "Europe/Paris", "1900-01-01 00:00+00",
          "\"1900-01-01T00:09:00+00:09\"" },
        { "Europe/Paris", "1899-12-31 23:50:44+00",
          "\"1900-01-01T00:00:44+00:10\"" },
        { "America/St_Johns", "1900-01-01 03:30:52+00",
          "\"1900-01-01T00:00:52-03:30\"" },
        { NULL, NULL, NULL }
    };

    for (i = 0; zones[i][0] != NULL; i++) {
        test_note("%s %s", zones[i][0], zones[i][1]);

        snprintf(sql, sizeof(sql), "SET TimeZone = '%s'", zones[i][0]);
        run_only(sql);
        snprintf(sql, sizeof(sql), "SELECT '%s'::timestamptz", zones[i][1]);

        res = run(sql);
        text = render(pool, res, API_SQL_VALUE);
        check_cstr(text.data, zones[i][2]);
        PQclear(res);
    }

    run_only("SET TimeZone = UTC");
}


/* PostgreSQL's own row_to_json() says the same of random rows */

static void
agrees_with_row_to_json(ngx_pool_t *pool)
{
    int            i, k, n;
    char           word[8][16];
    json_t        *ours, *theirs;
    unsigned       seed;
    PGresult      *res;
    ngx_str_t      text;
    const char    *value[8];

    static const char  alphabet[] = "\"\"\\\\{}(),, NULab'\n";
    static const char  sql[] =
        "WITH p AS (SELECT $1::text a, $2::text b, $3::text c, $4::text d,"
                         " $5::text e, $6::text f, $7::text g, $8::text h),"
        " q AS (SELECT ROW(1, a, to_json(b), true,"
               " ROW(2, 3, ARRAY[a, b, NULL, c])::point3)::leaf l, p.*"
               " FROM p),"
        " r AS (SELECT ROW(2, c, ARRAY[l, NULL, l],"
               " json_build_object(d, ARRAY[e, f]), now(), NULL,"
               " NULL, '{sad}')::tree t, q.* FROM q)"
        "SELECT ARRAY[t, ROW(3, g, ARRAY[l], NULL, NULL, NULL, NULL,"
                     " NULL)::tree] AS v, t,"
        " ARRAY[[a, b], [NULL, d]] AS w,"
        " ARRAY[to_jsonb(h), jsonb_build_array(t)] AS x FROM r";
    char               both[sizeof(sql) + 64];

    seed = 3;

    for (i = 0; i < 500; i++) {
        for (k = 0; k < 8; k++) {
            seed = seed * 1103515245 + 12345;
            n = (int) ((seed >> 16) % 8);
            value[k] = n ? word[k] : NULL;

            word[k][n ? --n : 0] = '\0';

            while (n-- > 0) {
                seed = seed * 1103515245 + 12345;
                word[k][n] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
            }
        }

        /* an object's key is not null */
        value[3] = word[3];

        res = PQexecParams(conn, sql, 8, NULL, value, NULL, NULL, 0);
        check_int(PQresultStatus(res), PGRES_TUPLES_OK);
        text = render(pool, res, API_SQL_ONE);
        PQclear(res);

        snprintf(both, sizeof(both), "SELECT row_to_json(r) FROM (%s) r", sql);
        res = PQexecParams(conn, both, 8, NULL, value, NULL, NULL, 0);
        check_int(PQresultStatus(res), PGRES_TUPLES_OK);

        test_note("%s", text.data);

        ours = json_loadb((char *) text.data, text.len, 0, NULL);
        theirs = json_loads(PQgetvalue(res, 0, 0), 0, NULL);
        check(ours != NULL);
        check(theirs != NULL);
        check(json_equal(ours, theirs));

        json_decref(ours);
        json_decref(theirs);
        PQclear(res);
    }
}


static void
renders_results(ngx_pool_t *pool)
{
    PGresult   *res;
    ngx_str_t   text;

    res = run("SELECT x AS \"a \xc3\xa9\", x * 2 AS b"
              " FROM generate_series(1, 3) x");
    text = render(pool, res, API_SQL_MANY);
    check_str(&text, "[{\"a \xc3\xa9\":1,\"b\":2},{\"a \xc3\xa9\":2,\"b\":4},"
                     "{\"a \xc3\xa9\":3,\"b\":6}]");
    PQclear(res);

    res = run("SELECT FROM generate_series(1, 2)");
    text = render(pool, res, API_SQL_MANY);
    check_str(&text, "[{},{}]");
    PQclear(res);

    res = run("SELECT");
    text = render(pool, res, API_SQL_ONE);
    check_str(&text, "{}");
    PQclear(res);

    run_only("INSERT INTO nothing DEFAULT VALUES");
    res = run("SELECT t FROM nothing t");
    text = render(pool, res, API_SQL_ONE);
    check_str(&text, "{\"t\":{}}");
    PQclear(res);
}


static void
counts_what_is_affected(ngx_pool_t *pool)
{
    int        i;
    PGresult  *res;

    static const struct {
        const char      *sql;
        api_sql_rows_e   rows;
    } commands[] = {
        { "INSERT INTO tree (id) VALUES (1), (2)", API_SQL_ROWS_OK },
        { "UPDATE tree SET name = 'a' WHERE id = 1", API_SQL_ROWS_OK },
        { "UPDATE tree SET name = 'a' WHERE id = 3", API_SQL_ROWS_NONE },
        { "INSERT INTO tree (id) SELECT 1 WHERE false", API_SQL_ROWS_NONE },
        { "DELETE FROM tree WHERE id = 3", API_SQL_ROWS_NONE },
        { "DELETE FROM tree", API_SQL_ROWS_OK },
        { "CALL procedure()", API_SQL_ROWS_OK },
        { "SELECT void_function()", API_SQL_ROWS_OK },
        { "SELECT void_function() WHERE false", API_SQL_ROWS_NONE },
        { NULL, API_SQL_ROWS_OK }
    };

    (void) pool;

    for (i = 0; commands[i].sql != NULL; i++) {
        test_note("%s", commands[i].sql);

        res = run(commands[i].sql);
        check_int(api_sql_rows_check(res, API_SQL_EXEC), commands[i].rows);
        PQclear(res);
    }
}


/* a composite that changed: its text until the catalog is read again */

static void
follows_a_changed_type(ngx_pool_t *pool)
{
    PGresult   *res;
    ngx_str_t   text;

    run_only("CREATE TYPE pair AS (a int, b json)");

    res = run("SELECT '(1,2)'::pair");
    text = render(pool, res, API_SQL_VALUE);
    check_str(&text, "{\"a\":1,\"b\":2}");
    PQclear(res);

    run_only("ALTER TYPE pair ADD ATTRIBUTE c text");

    res = run("SELECT '(1,2,x)'::pair");
    text = render(pool, res, API_SQL_VALUE);
    check_str(&text, "\"(1,2,x)\"");

    load_types();
    text = render(pool, res, API_SQL_VALUE);
    check_str(&text, "{\"a\":1,\"b\":2,\"c\":\"x\"}");
    PQclear(res);

    /* what was JSON and is text does not get out as JSON */
    run_only("ALTER TYPE pair ALTER ATTRIBUTE b TYPE text");

    res = run("SELECT ROW(1, '1,\"admin\":true', '')::pair");
    text = render(pool, res, API_SQL_VALUE);
    check_str(&text, "{\"a\":1,\"b\":\"1,\\\"admin\\\":true\",\"c\":\"\"}");
    PQclear(res);
}


/* no built-in type but catalog rows and pseudo-types is missing in the list */

static void
knows_all_built_in_types(ngx_pool_t *pool)
{
    int                    i;
    PGresult              *res;
    const api_sql_type_t  *type;

    (void) pool;

    res = run("SELECT e.oid, t.oid, t.typdelim, t.typname FROM pg_type t"
              " JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid"
              " WHERE t.oid < 10000 AND e.typtype <> 'c'");
    check(PQntuples(res) > 70);

    for (i = 0; i < PQntuples(res); i++) {
        test_note("%s", PQgetvalue(res, i, 3));

        type = api_sql_types_find(types,
                                  (unsigned) atol(PQgetvalue(res, i, 1)));
        check_int(type->kind, API_SQL_ARRAY);
        check_int(type->delimiter, *PQgetvalue(res, i, 2));
        check_int(type->element->oid, atol(PQgetvalue(res, i, 0)));
    }

    PQclear(res);
}


static const test_case_t  cases[] = {
    { "sets up", sets_up },
    { "renders every type", renders_every_type },
    { "renders zones", renders_zones },
    { "agrees with row_to_json", agrees_with_row_to_json },
    { "renders results", renders_results },
    { "counts what is affected", counts_what_is_affected },
    { "follows a changed type", follows_a_changed_type },
    { "knows all built-in types", knows_all_built_in_types },
    { NULL, NULL }
};


int
main(void)
{
    int          rc;
    ngx_pool_t  *pool;

    if (getenv("TEST_PG_URI") == NULL) {
        printf("1..0 # skipped: TEST_PG_URI is not set\n");
        return 0;
    }

    conn = PQconnectdb(getenv("TEST_PG_URI"));
    if (PQstatus(conn) != CONNECTION_OK) {
        printf("Bail out! %s", PQerrorMessage(conn));
        return 1;
    }

    pool = ngx_create_pool(0, NULL);
    types = api_sql_types_create(pool);

    rc = test_run(cases);

    PQfinish(conn);
    ngx_destroy_pool(pool);

    return rc;
}
