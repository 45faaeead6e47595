
#include "check/defaults.h"
#include "sql/form.h"

#include <libpq-fe.h>


/* of one configuration: whoever has more has them unasked */
#define DEFAULTS_ASKED  1000


static ngx_int_t defaults_one(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, ngx_uint_t n);
static ngx_int_t defaults_form(api_check_t *check,
    api_check_statement_t *statement, ngx_uint_t n, ngx_str_t *text);
static ngx_int_t defaults_ask(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, ngx_uint_t n, const ngx_str_t *text);
static ngx_int_t defaults_unfit(api_check_t *check,
    api_check_statement_t *statement, ngx_uint_t n, const ngx_str_t *why);


ngx_int_t
api_check_defaults(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t               rc;
    ngx_uint_t              i, n, asked;
    api_check_statement_t  *st;

    asked = 0;
    st = check->statements;

    for (i = 0; i < check->nstatements; i++) {

        if (st[i].defaults == NULL || !st[i].prepared) {
            continue;
        }

        for (n = 0; n < st[i].sql->params.nelts; n++) {

            if (!st[i].defaults[n].given || asked++ >= DEFAULTS_ASKED) {
                continue;
            }

            rc = defaults_one(check, s, &st[i], n);

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
defaults_one(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, ngx_uint_t n)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    rc = defaults_form(check, statement, n, &text);

    return rc == NGX_OK ? defaults_ask(check, s, statement, n, &text)
           : rc == NGX_DECLINED ? NGX_OK : rc;
}


/* NGX_DECLINED: it has none, which is told */

static ngx_int_t
defaults_form(api_check_t *check, api_check_statement_t *statement,
    ngx_uint_t n, ngx_str_t *text)
{
    ngx_int_t              rc;
    api_failure_t          failure;
    const api_sql_type_t  *type;

    type = api_check_parts(check, statement->oids[n]);
    *text = statement->defaults[n].text;

    if (!api_sql_form_differs(type)) {
        return NGX_OK;
    }

    rc = api_sql_form_text(check->pool, type, statement->defaults[n].list,
                           text, &failure);

    return rc == NGX_DECLINED
           && defaults_unfit(check, statement, n, &failure.message) != NGX_OK
           ? NGX_ERROR : rc;
}


/* read for that type as any parameter is, by a query that does nothing */

static ngx_int_t
defaults_ask(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, ngx_uint_t n, const ngx_str_t *text)
{
    u_char                    *sql;
    PGresult                  *res;
    const char                *params[1];
    const api_sql_inferred_t  *type;

    static const char  form[] = "SELECT $1::%V IS NULL%Z";

    type = api_check_type(check, statement->oids[n]);

    if (type == NULL) {
        return NGX_OK;
    }

    sql = ngx_pnalloc(check->pool, sizeof(form) + type->name.len);
    if (sql == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(sql, form, &type->name);

    params[0] = (const char *) text->data;

    res = api_check_session_query(s, (const char *) sql, 1, params,
                                  s->timeout);

    if (res != NULL) {
        PQclear(res);
        return NGX_OK;
    }

    if (s->lost) {
        return NGX_DECLINED;
    }

    if (defaults_unfit(check, statement, n, &s->why) != NGX_OK) {
        return NGX_ERROR;
    }

    res = api_check_session_query(s, "ROLLBACK TO SAVEPOINT api_check", 0,
                                  NULL, s->timeout);
    PQclear(res);

    return res != NULL ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
defaults_unfit(api_check_t *check, api_check_statement_t *statement,
    ngx_uint_t n, const ngx_str_t *why)
{
    size_t              len;
    u_char             *context;
    api_check_unfit_t  *unfit;

    static char  word[] = "; CONTEXT: ";

    /* which tells of our own query */

    len = why->len;
    context = ngx_strnstr(why->data, word, why->len);

    if (context != NULL) {
        len = (size_t) (context - why->data);
    }

    if (statement->unfit == NULL) {
        statement->unfit = ngx_array_create(check->pool, 1,
                                            sizeof(api_check_unfit_t));
        if (statement->unfit == NULL) {
            return NGX_ERROR;
        }
    }

    unfit = ngx_array_push(statement->unfit);
    if (unfit == NULL) {
        return NGX_ERROR;
    }

    unfit->param = n;
    unfit->why.len = len;
    unfit->why.data = ngx_pnalloc(check->pool, len);

    if (unfit->why.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(unfit->why.data, why->data, len);

    return NGX_OK;
}
