
#include "db/check_shares.h"
#include "sql/bind.h"

#include <libpq-fe.h>


static ngx_int_t shares_words(const api_db_check_t *check, ngx_str_t *words);
static void shares_set(api_db_check_statement_t *statement,
    const PGresult *res);
static ngx_uint_t shares_calls(const api_sql_calls_t *calls,
    const PGresult *res);


ngx_int_t
api_db_check_shares(api_db_check_t *check, api_db_session_t *s)
{
    PGresult    *res;
    ngx_str_t    words;
    ngx_uint_t   i;
    const char  *params[1];

    if (shares_words(check, &words) != NGX_OK) {
        return NGX_ERROR;
    }

    if (words.len == 0) {
        return NGX_OK;
    }

    params[0] = (const char *) words.data;

    res = api_db_session_query(s, api_sql_calls_query, 1, params, s->timeout);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    for (i = 0; i < check->nstatements; i++) {
        shares_set(&check->statements[i], res);
    }

    PQclear(res);

    return NGX_OK;
}


/* an array literal of all, or empty: there is none */

static ngx_int_t
shares_words(const api_db_check_t *check, ngx_str_t *words)
{
    ngx_int_t                        rc;
    ngx_uint_t                       i, k, n;
    api_value_t                     *value, list;
    const ngx_str_t                 *word;
    const api_db_check_statement_t  *st;

    n = 0;
    st = check->statements;

    for (i = 0; i < check->nstatements; i++) {
        n += st[i].planned ? st[i].calls.words.nelts : 0;
    }

    ngx_str_null(words);

    if (n == 0) {
        return NGX_OK;
    }

    value = ngx_pcalloc(check->pool, n * sizeof(api_value_t));
    if (value == NULL) {
        return NGX_ERROR;
    }

    n = 0;

    for (i = 0; i < check->nstatements; i++) {

        if (!st[i].planned) {
            continue;
        }

        word = st[i].calls.words.elts;

        for (k = 0; k < st[i].calls.words.nelts; k++) {
            value[n++].text = word[k];
        }
    }

    rc = api_sql_bind_list(check->pool, value, n, &list);

    *words = list.text;

    return rc;
}


static void
shares_set(api_db_check_statement_t *statement, const PGresult *res)
{
    statement->shares = statement->planned
                        && !statement->writes
                        && !statement->locks
                        && !statement->calls.unsure
                        && !shares_calls(&statement->calls, res);
}


/* does it call one of the functions in the result? */

static ngx_uint_t
shares_calls(const api_sql_calls_t *calls, const PGresult *res)
{
    int         row;
    ngx_str_t   name;
    ngx_str_t  *word;
    ngx_uint_t  i;

    word = calls->words.elts;

    for (row = 0; row < PQntuples(res); row++) {

        /* NULL: whatever is called */

        if (PQgetisnull(res, row, 0)) {
            return 1;
        }

        name.data = (u_char *) PQgetvalue(res, row, 0);
        name.len = (size_t) PQgetlength(res, row, 0);

        for (i = 0; i < calls->words.nelts; i++) {
            if (api_str_equal(&word[i], &name)) {
                return 1;
            }
        }
    }

    return 0;
}
