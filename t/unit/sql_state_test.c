
/* what needs a server's error fields is in sql_server_state_test.c */

#include "sql/detail.h"
#include "sql/override.h"
#include "shim.h"
#include "test.h"

#include <string.h>

#include <libpq-fe.h>


static const struct {
    const char  *detail;
    const char  *names;       /* each with a "|" behind it; NULL: none */
} keys[] = {
    { "Key (email)=(a@b.c) already exists.", "email|" },
    { "Key (a, b)=(1, 2) already exists.", "a|b|" },
    { "Key (a, \"B, c\", d)=(1, (2), )=() already exists.", "a|B, c|d|" },
    { "Schl\xc3\xbcssel \xc2\xbb(email)=(x)\xc2\xab existiert bereits.",
      "email|" },
    { "Key (my col)=(x) already exists.", "my col|" },
    { "Key (lower(email))=(x) already exists.", "email|" },
    { "Key (lower((email)::text), a)=(x, 1) already exists.", "email|a|" },
    { "Key (lower((\"E, m\")::character varying))=(x)", "E, m|" },
    { "Key (lower((email)text))=(x)", NULL },
    { "Key (lower((email)::text)=(x)", NULL },
    { "Key (left(email, 3))=(x)", NULL },
    { "Key (f(email) || a)=(x)", NULL },
    { "Key (lower(email", NULL },
    { "Key (lower((email)::", NULL },
    { "Key (lower())=(x)", NULL },
    { "Key (a, (b + 1))=(1, 2) already exists.", NULL },
    { "Key (\"a)=(x) already exists.", NULL },
    { "Key (a\"b)=(x) already exists.", NULL },
    { "Key (\"a\"b)=(x) already exists.", NULL },
    { "Key (\"\")=(x)", NULL },
    { "Key ()=(x)", NULL },
    { "Key (a,b)=(x)", NULL },
    { "Key (a, )=(x)", NULL },
    { "Key (a) = (x)", NULL },
    { "Key (a", NULL },
    { "Key (a, ", NULL },
    { "Key (", NULL },
    { "Key", NULL },
    { "", NULL },
    { NULL, NULL }
};


static void
reads_a_keys_columns(ngx_pool_t *pool)
{
    int          i;
    char         names[256];
    const char  *p;
    ngx_str_t    name, detail;

    for (i = 0; keys[i].detail != NULL; i++) {
        test_note("%s", keys[i].detail);

        /* with the NUL */
        detail = test_copy(pool, keys[i].detail, strlen(keys[i].detail) + 1);
        p = api_sql_detail_key((char *) detail.data);

        check_int(p != NULL, keys[i].names != NULL);
        names[0] = '\0';

        while (p != NULL) {
            p = api_sql_detail_name(p, &name);
            strncat(names, (char *) name.data, name.len);
            strcat(names, "|");
        }

        if (keys[i].names != NULL) {
            check_cstr(names, keys[i].names);
        }
    }
}


static void
tells_who_refers(ngx_pool_t *pool)
{
    int  i;

    static const struct {
        const char             *detail;
        const char             *table;
        api_sql_detail_side_e   side;
    } sides[] = {
        { "Key (user_id)=(1) is not present in table \"users\".", "posts",
          API_SQL_DETAIL_REFERRING },
        { "Key (id)=(1) is still referenced from table \"posts\".", "posts",
          API_SQL_DETAIL_REFERRED },
        { "Key (boss)=(1) is not present in table \"people\".", "people",
          API_SQL_DETAIL_REFERRING },
        { "Key (id)=(1) is still referenced from table \"people\".",
          "people", API_SQL_DETAIL_REFERRED },

        /* a value says what the server says */
        { "Key (a)=(b) is still referenced from) is not present in table "
          "\"users\".", "posts", API_SQL_DETAIL_REFERRING },

        /* another language: the table tells, and one's own does not */
        { "Schl\xc3\xbcssel (user_id)=(1) ist nicht in Tabelle "
          "\xc2\xbbusers\xc2\xab vorhanden.", "posts",
          API_SQL_DETAIL_REFERRING },
        { "Schl\xc3\xbcssel (user_id)=(1) ist nicht in Tabelle "
          "\xc2\xbbusers\xc2\xab vorhanden.", "user",
          API_SQL_DETAIL_REFERRING },
        { "Auf Schl\xc3\xbcssel (id)=(1) wird noch aus Tabelle "
          "\xc2\xbbposts\xc2\xab verwiesen.", "posts",
          API_SQL_DETAIL_UNKNOWN },

        { "Key (a)=(1) is not present in table \"users\".", "",
          API_SQL_DETAIL_UNKNOWN },
        { "", "posts", API_SQL_DETAIL_UNKNOWN },
        { NULL, NULL, API_SQL_DETAIL_UNKNOWN }
    };

    (void) pool;

    for (i = 0; sides[i].detail != NULL; i++) {
        test_note("%s", sides[i].detail);
        check_int(api_sql_detail_side(sides[i].detail, sides[i].table),
                  sides[i].side);
    }
}


static void
reads_a_parameters_number(ngx_pool_t *pool)
{
    int  i;

    static const struct {
        const char  *context;
        ngx_uint_t   number;
    } contexts[] = {
        { "unnamed portal parameter $2 = '...'", 2 },
        { "unnamed portal parameter $12", 12 },
        { "JSON data, line 1: {\"a\":$3 = '\nunnamed portal parameter $2 = '"
          "...'", 2 },
        { "param\xc3\xa8tre de portail non nomm\xc3\xa9 $3 = '\xe2\x80\xa6'",
          3 },
        { "SQL statement \"SELECT $1\"", 0 },
        { "SQL statement x $1 = 'y'\nPL/pgSQL function f() line 1", 0 },
        { "SQL function \"f\" statement 1", 0 },
        { "instruction SQL \xc2\xab SELECT $1 \xc2\xbb", 0 },
        { "instruction SQL \xc2\xab SELECT $1 = x \xc2\xbb", 0 },
        { "parameter $1, $2", 0 },
        { "parameter $", 0 },
        { "parameter $x", 0 },
        { "parameter $99999999999999999999", 0 },
        { "", 0 },
        { NULL, 0 }
    };

    (void) pool;

    for (i = 0; contexts[i].context != NULL; i++) {
        test_note("%s", contexts[i].context);
        check_int(api_sql_detail_param(contexts[i].context),
                  contexts[i].number);
    }
}


static void
overrides_by_rank(ngx_pool_t *pool)
{
    int                   i;
    api_error_t           e;
    ngx_array_t           list;
    api_sql_override_t   *o;

    static const struct {
        const char  *name;
        ngx_uint_t   status;
    } given[] = {
        { "23*", 410 }, { "22*", 400 }, { "23505", 412 }, { "23505", 413 },
        { "users_key", 409 }, { "posts_fkey", 422 }, { "23*", 411 }
    };

    static const struct {
        const char  *constraint;
        const char  *state;
        ngx_uint_t   status;
    } asked[] = {
        { "users_key", "23505", 409 },
        { "posts_fkey", "23503", 422 },
        { "posts_fkey", "23505", 422 },
        { "", "23505", 412 },
        { "other", "23505", 412 },
        { "other", "23503", 410 },
        { "users_ke", "42601", 500 },
        { "users_keys", "42601", 500 },
        { "", "22P02", 400 },
        { "", "42601", 500 },
        { "", "", 500 }
    };

    check_int(ngx_array_init(&list, pool, 1, sizeof(api_sql_override_t)),
              NGX_OK);

    for (i = 0; i < (int) (sizeof(given) / sizeof(given[0])); i++) {
        o = ngx_array_push(&list);
        o->name = test_str(given[i].name);
        o->status = given[i].status;
        o->detail = test_str("");
    }

    for (i = 0; i < (int) (sizeof(asked) / sizeof(asked[0])); i++) {
        test_note("%s, %s", asked[i].constraint, asked[i].state);

        api_error_set(&e, API_ERROR_STATEMENT, "kept");
        api_sql_override_apply(&list, asked[i].constraint, asked[i].state,
                               &e);
        check_int(api_error_status(&e), asked[i].status);
        check_str(&e.detail, "kept");
    }

    api_sql_override_apply(NULL, "", "22P02", &e);
    check_int(api_error_status(&e), 500);

    o = list.elts;
    o[1].detail = test_str("said so");
    api_sql_override_apply(&list, "", "22P02", &e);
    check_str(&e.detail, "said so");
}


static void
gives_a_status_its_code(ngx_pool_t *pool)
{
    ngx_uint_t   status;
    api_error_t  e;

    (void) pool;

    for (status = 400; status < 600; status++) {
        test_note("%d", (int) status);

        api_error_set(&e, API_ERROR_RETRY, NULL);
        e.retry_after = 1;

        api_error_ask(&e, status);
        check_int(api_error_status(&e), status);
        check_int(e.retry_after, status == 503);

        /* the code's own class of status */
        e.status = 0;
        check_int(api_error_status(&e) / 100, status / 100);
    }

    api_error_ask(&e, 409);
    check_int(e.code, API_ERROR_CONFLICT);
    api_error_ask(&e, 422);
    check_int(e.code, API_ERROR_INVALID);
    api_error_ask(&e, 404);
    check_int(e.code, API_ERROR_NO_ROW);
    api_error_ask(&e, 418);
    check_int(e.code, API_ERROR_RAISED);
}


static void
takes_no_state_for_a_lost_connection(ngx_pool_t *pool)
{
    PGresult     *res;
    ngx_str_t     message;
    api_error_t   e;

    res = PQmakeEmptyPGresult(NULL, PGRES_FATAL_ERROR);

    check_int(api_sql_state_error(pool, res, NULL, NULL, &e), 1);
    check_int(e.code, API_ERROR_DATABASE_AWAY);
    check_int(api_error_status(&e), 503);
    check(e.retry_after != 0);
    check(e.failures == NULL);

    message = api_sql_state_message(pool, res, NULL);
    check_str(&message, "");
    check_int(api_sql_state_offset(res, NULL), (size_t) NGX_ERROR);

    PQclear(res);
}


static const test_case_t  cases[] = {
    { "reads a key's columns", reads_a_keys_columns },
    { "tells who refers", tells_who_refers },
    { "reads a parameter's number", reads_a_parameters_number },
    { "overrides by rank", overrides_by_rank },
    { "gives a status its code", gives_a_status_its_code },
    { "takes no state for a lost connection",
      takes_no_state_for_a_lost_connection },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
