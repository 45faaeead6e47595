
#include "check/case.h"
#include "core/near.h"
#include "sql/words.h"

#include <libpq-fe.h>


#define CASE_FAULTS  100      /* faults that are looked at, at most */


static ngx_int_t case_one(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, const char *sql);
static ngx_int_t case_near(api_check_t *check, api_check_session_t *s,
    api_check_fault_t *fault, const ngx_str_t *name);
static ngx_int_t case_word(api_check_t *check,
    const api_check_statement_t *statement, ngx_str_t *name);
static ngx_int_t case_hint(api_check_t *check, api_check_fault_t *fault,
    const PGresult *res);


/* tables whose names are about as long, to be compared */

static const char  near_sql[] =
    "SELECT c.relname, pg_catalog.quote_ident(c.relname)"
    " FROM pg_catalog.pg_class c"
    " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
    " AND pg_catalog.pg_table_is_visible(c.oid)"
    " AND c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace"
    " AND pg_catalog.abs(pg_catalog.octet_length(c.relname::text)"
    " - pg_catalog.octet_length($1)) <= 2 ORDER BY 1 LIMIT 1000";


/* as one would write it; those that are visible without their schema first */

#define CASE_LIKE(name)                                                      \
    " WHERE pg_catalog.lower(" name "::text) = pg_catalog.lower($1)"          \
    " AND " name "::text <> $1"

static const struct {
    const char  *sqlstate;
    const char  *sql;
} case_queries[] = {

    { "42P01",
      "SELECT pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c"
      CASE_LIKE("c.relname")
      " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
      " ORDER BY NOT pg_catalog.pg_table_is_visible(c.oid), 1 LIMIT 1" },

    { "42703",
      "SELECT pg_catalog.quote_ident(a.attname)"
      " FROM pg_catalog.pg_attribute a"
      " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
      CASE_LIKE("a.attname")
      " AND a.attnum > 0 AND NOT a.attisdropped"
      " AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')"
      " AND c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace"
      " ORDER BY NOT pg_catalog.pg_table_is_visible(c.oid), 1 LIMIT 1" },

    { "42883",
      "SELECT pg_catalog.quote_ident(p.proname) FROM pg_catalog.pg_proc p"
      CASE_LIKE("p.proname")
      " ORDER BY NOT pg_catalog.pg_function_is_visible(p.oid), 1 LIMIT 1" },

    { "42704",
      "SELECT pg_catalog.quote_ident(t.typname) FROM pg_catalog.pg_type t"
      CASE_LIKE("t.typname")
      " ORDER BY NOT pg_catalog.pg_type_is_visible(t.oid), 1 LIMIT 1" },

    { NULL, NULL }
};


ngx_int_t
api_check_case(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t               rc;
    ngx_uint_t              i, n, asked;
    api_check_statement_t  *st;

    asked = 0;

    for (i = 0; i < check->nstatements && asked < CASE_FAULTS; i++) {

        st = &check->statements[i];

        if (st->fault == NULL || st->fault->offset == (size_t) NGX_ERROR) {
            continue;
        }

        for (n = 0; case_queries[n].sqlstate != NULL; n++) {

            if (ngx_strcmp(st->fault->sqlstate, case_queries[n].sqlstate)
                != 0)
            {
                continue;
            }

            asked++;
            rc = case_one(check, s, st, case_queries[n].sql);

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
case_one(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, const char *sql)
{
    PGresult    *res;
    ngx_int_t    rc;
    ngx_str_t    name;
    const char  *params[1];

    rc = case_word(check, statement, &name);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    params[0] = (const char *) name.data;

    res = api_check_session_query(s, sql, 1, params, s->timeout);
    if (res == NULL) {
        return NGX_DECLINED;
    }

    if (PQntuples(res) == 1) {
        rc = case_hint(check, statement->fault, res);

    } else if (ngx_strcmp(statement->fault->sqlstate, "42P01") == 0
               && statement->fault->hint.len == 0)
    {
        rc = case_near(check, s, statement->fault, &name);

    } else {
        rc = NGX_OK;
    }

    PQclear(res);

    return rc;
}


/* of columns PostgreSQL itself says which one may be meant */

static ngx_int_t
case_near(api_check_t *check, api_check_session_t *s,
    api_check_fault_t *fault, const ngx_str_t *name)
{
    int          row;
    PGresult    *res;
    ngx_int_t    rc;
    ngx_str_t    other;
    const char  *params[1];

    params[0] = (const char *) name->data;

    res = api_check_session_query(s, near_sql, 1, params, s->timeout);
    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_OK;

    for (row = 0; row < PQntuples(res); row++) {

        other.data = (u_char *) PQgetvalue(res, row, 0);
        other.len = (size_t) PQgetlength(res, row, 0);

        if (!api_near(name, &other)) {
            continue;
        }

        other.data = (u_char *) PQgetvalue(res, row, 1);
        other.len = (size_t) PQgetlength(res, row, 1);

        fault->hint.len = sizeof("perhaps it is ") - 1 + other.len;
        fault->hint.data = ngx_pnalloc(check->pool, fault->hint.len);

        if (fault->hint.data == NULL) {
            rc = NGX_ERROR;

        } else {
            (void) ngx_sprintf(fault->hint.data, "perhaps it is %V", &other);
        }

        break;
    }

    PQclear(res);

    return rc;
}


/*
 * the last part of the name at the fault's place, as PostgreSQL has folded it
 */

static ngx_int_t
case_word(api_check_t *check, const api_check_statement_t *statement,
    ngx_str_t *name)
{
    ngx_str_t        text;
    ngx_uint_t       i;
    api_sql_words_t  words;

    text = statement->sql->source;

    if (statement->fault->offset >= text.len) {
        return NGX_DECLINED;
    }

    text.data += statement->fault->offset;
    text.len -= statement->fault->offset;

    if (api_sql_words_read(check->pool, &text, &words) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!api_sql_words_name(&words, 0)) {
        return NGX_DECLINED;
    }

    for (i = 0; api_sql_words_char(&words, i + 1, '.')
                && api_sql_words_name(&words, i + 2); i += 2)
    { /* void */ }

    return api_sql_words_fold(check->pool, &words.elts[i].text, name);
}


static ngx_int_t
case_hint(api_check_t *check, api_check_fault_t *fault,
    const PGresult *res)
{
    ngx_str_t   name;
    const char  *quotes;

    name.data = (u_char *) PQgetvalue(res, 0, 0);
    name.len = (size_t) PQgetlength(res, 0, 0);

    quotes = (name.data[0] == '"')
             ? ", with its quotes (in nginx's double quotes each is \\\")"
             : ", without quotes";

    fault->hint.data = ngx_pnalloc(check->pool, name.len + 100);
    if (fault->hint.data == NULL) {
        return NGX_ERROR;
    }

    fault->hint.len = (size_t) (ngx_sprintf(fault->hint.data,
                                            "the database has %V: write that%s",
                                            &name, quotes)
                                - fault->hint.data);

    return NGX_OK;
}
