
/*
 * What a client reads of a real server's errors.  Needs TEST_PG_URI, a
 * database of a superuser's; everything happens in transactions that are
 * rolled back.
 */

#include "sql/said.h"
#include "sql/state.h"
#include "shim.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>


#define VALUES  4


typedef struct {
    const char        *sql;
    const char        *values[VALUES];   /* of its parameters, in order */
    api_error_code_e   code;
    ngx_uint_t         status;
    ngx_uint_t         log;
    const char        *detail;
    const char        *failures;         /* "in field code|…" */
} state_t;


static PGconn  *conn;


static const char  setup[] =
    "SET client_min_messages = error; SET lc_messages = 'C';"
    "BEGIN;"
    "CREATE SCHEMA api_state_test; SET LOCAL search_path = api_state_test;"
    "CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE,"
        " \"a/b~c\" int, name text NOT NULL CHECK (name <> ''),"
        " boss int REFERENCES users, code varchar(3), \"Odd, one\" int,"
        " during int4range,"
        " UNIQUE (\"a/b~c\", \"Odd, one\"),"
        " EXCLUDE USING gist (during WITH &&));"
    "CREATE UNIQUE INDEX ON users (lower(name));"
    "CREATE DOMAIN positive AS int NOT NULL CONSTRAINT above CHECK"
        " (value > 0);"
    "CREATE TABLE posts (id int, user_id int REFERENCES users);"
    "CREATE VIEW others AS SELECT id, name FROM users WHERE name <> 'me'"
        " WITH CHECK OPTION;"
    "CREATE FUNCTION runs(sql text) RETURNS text LANGUAGE plpgsql AS"
        " $$ BEGIN EXECUTE sql; RETURN sql; END $$;"
    "CREATE FUNCTION raise(message text, state text) RETURNS int"
        " LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION '%', message USING ERRCODE = state; END $$;"
    "CREATE FUNCTION inside(a int) RETURNS int"
        " LANGUAGE plpgsql AS $$ BEGIN"
        " EXECUTE 'SELECT $1::text::int' USING 'x'::text; END $$;"
    "INSERT INTO users VALUES"
        " (1, 'a@b.c', 1, 'one', NULL, NULL, 1, '[1,5)'),"
        " (2, 'd@e.f', 2, 'two', 1, NULL, 2, NULL);"
    "INSERT INTO posts VALUES (1, 1);";


static const state_t  errors[] = {
    { "INSERT INTO users (id, email, name) VALUES ($id, $email, $name)",
      { "3", "a@b.c", "x" }, API_ERROR_CONFLICT, 409, 0,
      "this is already taken", "column email unique|" },
    { "INSERT INTO users (id, name, \"a/b~c\", \"Odd, one\")"
      " VALUES (3, 'x', $a, $b)",
      { "1", "1" }, API_ERROR_CONFLICT, 409, 0,
      "this is already taken", "column a/b~c unique|column Odd, one unique|" },
    { "INSERT INTO users (id, name) VALUES (3, $name)",
      { "ONE" }, API_ERROR_CONFLICT, 409, 0, "this is already taken", "" },
    { "INSERT INTO users (id, name, during) VALUES (3, 'x', '[4,9)')",
      { NULL }, API_ERROR_CONFLICT, 409, 0,
      "this conflicts with something that already exists", "column during "
      "exclusion|" },

    { "INSERT INTO posts VALUES (2, $user_id)",
      { "7" }, API_ERROR_CONFLICT, 409, 0,
      "this refers to something that does not exist",
      "column user_id reference|" },
    { "DELETE FROM users WHERE id = $id",
      { "1" }, API_ERROR_CONFLICT, 409, 0,
      "something still refers to this", "" },
    { "INSERT INTO users (id, name, boss) VALUES (3, 'x', 9)",
      { NULL }, API_ERROR_CONFLICT, 409, 0,
      "this refers to something that does not exist",
      "column boss reference|" },

    { "UPDATE users SET name = $name WHERE id = 1",
      { "" }, API_ERROR_INVALID, 422, 0,
      "this violates the constraint \"users_name_check\"",
      "constraint users_name_check check|" },
    { "SELECT $a::positive",
      { "-1" }, API_ERROR_INVALID, 422, 0,
      "this violates the constraint \"above\"", "param a check|" },
    { "SELECT ($a::int)::positive",
      { "-1" }, API_ERROR_INVALID, 422, 0,
      "this violates the constraint \"above\"", "constraint above check|" },
    { "INSERT INTO others VALUES (3, $name)",
      { "me" }, API_ERROR_INVALID, 422, 0, "a value is not allowed", "" },
    { "UPDATE users SET name = $name WHERE id = 1",
      { NULL }, API_ERROR_INVALID, 422, 0,
      "a value is missing", "column name required|" },
    { "SELECT NULL::positive",
      { NULL }, API_ERROR_INVALID, 422, 0, "a value is missing", "" },

    /* a parameter's own text: the server says which */
    { "SELECT id FROM users WHERE name = $name AND id = $user.id",
      { "x", "12a" }, API_ERROR_INVALID, 422, 0,
      "a value is of the wrong type", "param user.id type|" },
    { "SELECT $n::int2",
      { "40000" }, API_ERROR_INVALID, 422, 0,
      "a number is out of range", "param n range|" },
    { "SELECT $d::date",
      { "2026-02-30" }, API_ERROR_INVALID, 422, 0,
      "a date or time is out of range", "param d range|" },
    { "SELECT $d::timestamptz",
      { "soon" }, API_ERROR_INVALID, 422, 0,
      "a value is not a valid date or time", "param d type|" },
    { "SELECT $j::jsonb",
      { "{\"a\":\"\\u0000\"}" }, API_ERROR_INVALID, 422, 0,
      "a text contains characters that the database cannot store", "param j "
      "value|" },
    { "SELECT $a::int[]",
      { "{{1},{2,3}}" }, API_ERROR_INVALID, 422, 0,
      "a value is of the wrong type", "param a type|" },

    /* its reading may fail with any state */
    { "SELECT $q::tsquery",
      { "a &" }, API_ERROR_INVALID, 422, 0,
      "a value is not valid", "param q value|" },
    { "SELECT $p::jsonpath",
      { "$[" }, API_ERROR_INVALID, 422, 0,
      "a value is not valid", "param p value|" },
    { "SELECT $c::regclass",
      { "nothing" }, API_ERROR_INVALID, 422, 0,
      "a value is not valid", "param c value|" },
    { "SELECT $n::positive",
      { NULL }, API_ERROR_INVALID, 422, 0,
      "a value is missing", "param n required|" },
    { "SELECT to_tsquery('simple', $q)",
      { "a b" }, API_ERROR_INVALID, 422, 0, "a value is not valid", "" },
    { "SELECT runs($sql)",
      { "SELEC" }, API_ERROR_STATEMENT, 500, 1, "", "" },
    { "SELECT $a::text::regclass",
      { "nothing" }, API_ERROR_STATEMENT, 500, 1, "", "" },

    /* while it runs: nobody knows which */
    { "SELECT repeat('x', $n::int)",
      { "2147483647" }, API_ERROR_INVALID, 422, 0,
      "a value is beyond a limit of the database", "" },
    { "UPDATE users SET code = $code WHERE id = 1",
      { "abcd" }, API_ERROR_INVALID, 422, 0, "a text is too long", "" },
    { "SELECT 1 / $n::int",
      { "0" }, API_ERROR_INVALID, 422, 0,
      "a value leads to a division by zero", "" },
    { "SELECT sqrt($n::float8)",
      { "-1" }, API_ERROR_INVALID, 422, 0, "a value is not valid", "" },
    { "SELECT inside($a)",
      { "1" }, API_ERROR_INVALID, 422, 0,
      "a value is of the wrong type", "" },

    { "SELECT raise($m, 'P0001')",
      { "no \"such\" thing" }, API_ERROR_RAISED, 400, 0,
      "no \"such\" thing", "" },
    { "SELECT raise($m, 'PT404')",
      { "gone" }, API_ERROR_NO_ROW, 404, 0, "gone", "" },
    { "SELECT raise($m, 'PT418')",
      { "tea" }, API_ERROR_RAISED, 418, 0, "tea", "" },
    { "SELECT raise($m, 'PT503')",
      { "later" }, API_ERROR_RETRY, 503, 1, "later", "" },
    { "SELECT raise($m, 'PT400')",
      { "lowest" }, API_ERROR_BAD_REQUEST, 400, 0, "lowest", "" },
    { "SELECT raise($m, 'PT599')",
      { "highest" }, API_ERROR_STATEMENT, 599, 1, "highest", "" },
    { "SELECT raise($m, 'PT399')",
      { "secret" }, API_ERROR_STATEMENT, 500, 1, "", "" },
    { "SELECT raise($m, 'PT600')",
      { "secret" }, API_ERROR_STATEMENT, 500, 1, "", "" },
    { "SELECT raise($m, 'PT40X')",
      { "secret" }, API_ERROR_STATEMENT, 500, 1, "", "" },

    { "SELECT raise($m, '40001')",
      { "secret" }, API_ERROR_RETRY, 503, 1,
      "another request changed the same data; try again", "" },
    { "SELECT raise($m, '40P01')",
      { "secret" }, API_ERROR_RETRY, 503, 1,
      "another request waited for the same data; try again", "" },
    { "SELECT raise($m, '42501')",
      { "secret" }, API_ERROR_FORBIDDEN, 403, 1,
      "this is not allowed", "" },
    { "SELECT raise($m, '25006')",
      { "secret" }, API_ERROR_DATABASE_AWAY, 503, 1,
      "the database cannot be written to at the moment", "" },
    { "SELECT raise($m, '57014')",
      { "secret" }, API_ERROR_TIMEOUT, 504, 1,
      "the database took too long", "" },
    { "SELECT raise($m, '53100')",
      { "secret" }, API_ERROR_DATABASE_AWAY, 503, 1,
      "the database has no room for this at the moment", "" },
    { "SELECT raise($m, '57P01')",
      { "secret" }, API_ERROR_DATABASE_AWAY, 503, 1,
      "the database cannot be reached at the moment", "" },
    { "SELECT raise($m, '55P03')",
      { "secret" }, API_ERROR_RETRY, 503, 1,
      "another request is using the same data; try again", "" },
    { "SELECT raise($m, '40003')",
      { "secret" }, API_ERROR_IN_DOUBT, 503, 1, API_SQL_STATE_IN_DOUBT, "" },
    { "SELECT raise($m, '23001')",
      { "secret" }, API_ERROR_CONFLICT, 409, 0,
      "something still refers to this", "" },
    { "SELECT raise($m, '23000')",
      { "secret" }, API_ERROR_CONFLICT, 409, 0,
      "this conflicts with something that already exists", "" },
    { "SELECT raise($m, 'P0002')",
      { "secret" }, API_ERROR_STATEMENT, 500, 1, "", "" },
    { "SELECT raise($m, 'XX000')",
      { "secret" }, API_ERROR_STATEMENT, 500, 1, "", "" },
    { "SELECT raise($m, '57000')",
      { "secret" }, API_ERROR_STATEMENT, 500, 1, "", "" },
    { "SELECT nothing",
      { NULL }, API_ERROR_STATEMENT, 500, 1, "", "" },
    { NULL, { NULL }, API_ERROR_NONE, 0, 0, NULL, NULL }
};


static PGresult *
run(ngx_pool_t *pool, const char *sql, const char *const *values,
    api_sql_statement_t *statement)
{
    PGresult         *res;
    ngx_str_t         source;
    const char       *name;
    api_sql_fault_t   fault;

    source = test_copy(pool, sql, strlen(sql));
    check_int(api_sql_statement_parse(pool, &source, statement, &fault),
              NGX_OK);

    PQclear(PQexec(conn, "SAVEPOINT s"));

    name = (char *) statement->text.data;
    res = PQexecParams(conn, name, (int) statement->params.nelts, NULL,
                       values, NULL, NULL, 0);

    PQclear(PQexec(conn, "ROLLBACK TO s"));

    check_int(PQresultStatus(res), PGRES_FATAL_ERROR);

    return res;
}


/* of a field: what it is or must be, not a sentence of its own as the detail */

static ngx_uint_t
begins_as_a_message(const ngx_str_t *message)
{
    ngx_uint_t  i;

    static const char *const  verbs[] = {
        "is ", "must be ", "conflicts with ", "refers to ", "leads to ",
        "contains ", NULL
    };

    for (i = 0; verbs[i] != NULL; i++) {
        if (message->len > strlen(verbs[i])
            && memcmp(message->data, verbs[i], strlen(verbs[i])) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static void
check_failures(const api_error_t *e, const char *expected)
{
    char                  text[512];
    size_t                n;
    ngx_uint_t            i;
    const api_failure_t  *f;

    text[0] = '\0';
    n = 0;

    for (i = 0; e->failures != NULL && i < e->failures->nelts; i++) {
        f = (api_failure_t *) e->failures->elts + i;

        check(begins_as_a_message(&f->message));

        n += (size_t) snprintf(text + n, sizeof(text) - n, "%.*s %.*s %.*s|",
                               (int) f->in.len, f->in.data,
                               (int) f->field.len, f->field.data,
                               (int) f->code.len, f->code.data);
    }

    check_cstr(text, expected);
}


static void
sets_up(ngx_pool_t *pool)
{
    PGresult  *res;

    (void) pool;

    res = PQexec(conn, setup);
    if (PQresultStatus(res) != PGRES_COMMAND_OK) {
        printf("# %s", PQerrorMessage(conn));
    }

    check_int(PQresultStatus(res), PGRES_COMMAND_OK);
    PQclear(res);
}


static void
maps_states(ngx_pool_t *pool)
{
    PGresult             *res;
    ngx_uint_t            log;
    api_error_t           error;
    const state_t       *e;
    api_sql_statement_t   statement;

    for (e = errors; e->sql != NULL; e++) {
        test_note("%s (%s)", e->sql, e->values[0] ? e->values[0] : "NULL");

        res = run(pool, e->sql, e->values, &statement);
        memset(&error, 0xa5, sizeof(error));
        log = api_sql_state_error(pool, res, NULL, &statement, &error);

        /* everything is the pool's */
        PQclear(res);

        check_int(error.code, e->code);
        check_int(api_error_status(&error), e->status);
        check_int(log, e->log);
        check_int(error.retry_after != 0,
                  e->status == 503 && e->code != API_ERROR_IN_DOUBT);
        check_bytes(error.detail.data, error.detail.len, e->detail,
                    strlen(e->detail));
        check_failures(&error, e->failures);
    }
}


static void
obeys_overrides(ngx_pool_t *pool)
{
    PGresult             *res;
    ngx_array_t           list;
    api_error_t           error;
    api_sql_override_t   *o;
    api_sql_statement_t   statement;

    static const char *const  seven[VALUES] = { "7" };

    check_int(ngx_array_init(&list, pool, 1, sizeof(api_sql_override_t)),
              NGX_OK);

    o = ngx_array_push(&list);
    o->name = test_str("22*");
    o->status = 400;
    o->detail = test_str("");

    o = ngx_array_push(&list);
    o->name = test_str("posts_user_id_fkey");
    o->status = 422;
    o->detail = test_str("no such user");

    res = run(pool, "INSERT INTO posts VALUES (2, $user_id)", seven,
              &statement);
    check_int(api_sql_state_error(pool, res, &list, NULL, &error), 0);
    check_int(error.code, API_ERROR_INVALID);
    check_int(error.status, 422);
    check_str(&error.detail, "no such user");
    check_int(error.failures->nelts, 1);
    PQclear(res);

    res = run(pool, "SELECT 1 / 0", seven, &statement);
    check_int(api_sql_state_error(pool, res, &list, NULL, &error), 0);
    check_int(error.code, API_ERROR_BAD_REQUEST);
    check_str(&error.detail, "a value leads to a division by zero");
    PQclear(res);
}


static void
tells_where(ngx_pool_t *pool)
{
    PGresult             *res;
    ngx_str_t             table, text;
    api_sql_bound_t       bound;
    api_sql_statement_t   statement;

    static const char *const  none[VALUES];

    res = run(pool, "INSERT INTO users (id, name) VALUES (1, 'x')", none,
              &statement);
    table = api_sql_said_table(res);
    check_str(&table, "users");
    check(!api_sql_said_inner(res));
    check(!api_sql_said_raised(res));
    PQclear(res);

    res = run(pool, "SELECT raise('x', '23505')", none, &statement);
    table = api_sql_said_table(res);
    check_str(&table, "");
    check(api_sql_said_inner(res));
    check(api_sql_said_raised(res));
    PQclear(res);

    res = run(pool, "UPDATE users SET code = 'abcd'", none, &statement);
    text = test_str("character varying(3)");
    check(api_sql_bound_read(&text, &bound));
    check(api_sql_state_is_bound(res, &bound));
    bound.length = 4;
    check(!api_sql_state_is_bound(res, &bound));
    PQclear(res);

    res = run(pool, "SELECT 100::numeric(4,2)", none, &statement);
    text = test_str("numeric(4,2)");
    check(api_sql_bound_read(&text, &bound));
    check(api_sql_state_is_bound(res, &bound));
    bound.scale = 1;
    check(!api_sql_state_is_bound(res, &bound));
    PQclear(res);

    /* the number is there by chance */

    res = run(pool, "SELECT raise('4 and 2', 'P0001')", none, &statement);
    text = test_str("character varying(4)");
    check(api_sql_bound_read(&text, &bound));
    check(!api_sql_state_is_bound(res, &bound));
    PQclear(res);
}


static void
tells_the_log(ngx_pool_t *pool)
{
    PGresult             *res;
    ngx_str_t             message;
    const char           *sql;
    api_sql_statement_t   statement;

    static const char *const  values[VALUES] = { "1", "2", "secret" };

    sql = "SELECT $id::int,\n '\xc3\xa9', nam FROM users"
          " WHERE id = $user.id::int";
    res = run(pool, sql, values, &statement);
    message = api_sql_state_message(pool, res, &statement);
    check_str(&message, "ERROR 42703: column \"nam\" does not exist; HINT "
                        "Perhaps you meant to reference the column "
                        "\"users.name\".");
    check_cstr(sql + api_sql_state_offset(res, &statement),
               "nam FROM users WHERE id = $user.id::int");
    check_int(api_sql_state_offset(res, NULL), (size_t) NGX_ERROR);
    PQclear(res);

    sql = "SELECT $id IS NULL, $name";
    res = run(pool, sql, values, &statement);
    message = api_sql_state_message(pool, res, &statement);
    check_str(&message, "ERROR 42P18: could not determine data type of "
                        "parameter $id");
    check_int(api_sql_state_offset(res, &statement), (size_t) NGX_ERROR);
    PQclear(res);

    sql = "SELECT \xc3\xa9" "$a, $name +";
    res = run(pool, sql, values, &statement);
    message = api_sql_state_message(pool, res, &statement);
    check_str(&message, "ERROR 42601: syntax error at end of input");
    check_int(api_sql_state_offset(res, &statement), strlen(sql));
    PQclear(res);

    sql = "SELECT $name $b";
    res = run(pool, sql, values, &statement);
    message = api_sql_state_message(pool, res, &statement);
    check_str(&message, "ERROR 42601: syntax error at or near \"$b\"");
    check_cstr(sql + api_sql_state_offset(res, &statement), "$b");
    PQclear(res);

    /* no values: they are in the detail */
    sql = "INSERT INTO users (id, email, name) VALUES ($a, 'a@b.c', 'x')";
    res = run(pool, sql, values, &statement);
    message = api_sql_state_message(pool, res, NULL);
    check(strstr((char *) message.data, "ERROR 23505: ") != NULL);
    check(strstr((char *) message.data, "(1)") == NULL);
    PQclear(res);

    sql = "SELECT raise(E'two\\nlines\\u0001.\\n\\n', 'P0001')";
    res = run(pool, sql, values, &statement);
    message = api_sql_state_message(pool, res, &statement);
    check_str(&message, "ERROR P0001: two lines .");
    PQclear(res);
}


static void
survives_without_memory(ngx_pool_t *pool)
{
    PGresult             *res;
    ngx_str_t             message;
    ngx_uint_t            i, failed;
    api_error_t           error;
    const state_t       *e;
    api_sql_statement_t   statement;

    for (e = errors; e->sql != NULL; e++) {
        test_note("%s", e->sql);
        res = run(pool, e->sql, e->values, &statement);

        for (i = 1, failed = 1; failed; i++) {
            shim_fail_at(i);
            (void) api_sql_state_error(pool, res, NULL, &statement, &error);
            message = api_sql_state_message(pool, res, &statement);
            failed = shim_failed();
            shim_fail_at(0);

            /* the status is right in any case */
            check_int(api_error_status(&error), e->status);
            check(message.len != 0);
        }

        PQclear(res);
    }
}


static void
knows_a_killed_connection(ngx_pool_t *pool)
{
    PGresult     *res;
    ngx_str_t     message;
    api_error_t   error;

    res = PQexec(conn, "SELECT pg_terminate_backend(pg_backend_pid())");

    check_int(api_sql_state_error(pool, res, NULL, NULL, &error), 1);
    check_int(error.code, API_ERROR_DATABASE_AWAY);

    message = api_sql_state_message(pool, res, NULL);
    check(memchr(message.data, '\n', message.len) == NULL);
    PQclear(res);

    /* the next one is libpq's own words, without a SQLSTATE */
    res = PQexec(conn, "SELECT 1");
    check_int(api_sql_state_error(pool, res, NULL, NULL, &error), 1);
    check_int(error.code, API_ERROR_DATABASE_AWAY);
    PQclear(res);
}


static const test_case_t  cases[] = {
    { "sets up", sets_up },
    { "maps states", maps_states },
    { "obeys overrides", obeys_overrides },
    { "tells where it was", tells_where },
    { "tells the log", tells_the_log },
    { "survives without memory", survives_without_memory },
    { "knows a killed connection", knows_a_killed_connection },
    { NULL, NULL }
};


int
main(void)
{
    int  rc;

    if (getenv("TEST_PG_URI") == NULL) {
        printf("1..0 # skipped: TEST_PG_URI is not set\n");
        return 0;
    }

    conn = PQconnectdb(getenv("TEST_PG_URI"));
    if (PQstatus(conn) != CONNECTION_OK) {
        printf("Bail out! %s", PQerrorMessage(conn));
        return 1;
    }

    rc = test_run(cases);

    PQfinish(conn);

    return rc;
}
