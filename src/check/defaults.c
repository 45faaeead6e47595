
#include "check/defaults.h"
#include "check/fits.h"
#include "sql/bind.h"
#include "sql/form.h"

#include <libpq-fe.h>


/* of one configuration: whoever has more has them unasked */
#define DEFAULTS_ASKED  1000


static ngx_int_t defaults_one(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, ngx_uint_t n);
static ngx_int_t defaults_form(api_check_t *check,
    api_check_statement_t *statement, ngx_uint_t n, ngx_str_t *text);
static ngx_int_t defaults_json(api_check_t *check,
    api_check_statement_t *statement, ngx_uint_t n, ngx_str_t *text);
static ngx_int_t defaults_place(api_check_t *check,
    api_check_statement_t *statement, ngx_uint_t n,
    const api_failure_t *failure);
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
    ngx_int_t   rc;
    ngx_str_t   text;
    ngx_uint_t  before;

    rc = defaults_form(check, statement, n, &text);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    before = statement->unfit ? statement->unfit->nelts : 0;

    rc = defaults_ask(check, s, statement, n, &text);

    return rc == NGX_OK && !statement->defaults[n].inside
           && (statement->unfit ? statement->unfit->nelts : 0) == before
           ? api_check_fits(check, s, statement, n, &text) : rc;
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

    if (statement->defaults[n].json != NULL) {
        return defaults_json(check, statement, n, text);
    }

    if (!api_sql_form_differs(type)) {
        return NGX_OK;
    }

    rc = api_sql_form_text(check->pool, type, statement->defaults[n].list,
                           text, &failure);

    return rc == NGX_DECLINED
           && defaults_unfit(check, statement, n, &failure.message) != NGX_OK
           ? NGX_ERROR : rc;
}


/* as body/field binds it */

static ngx_int_t
defaults_json(api_check_t *check, api_check_statement_t *statement,
    ngx_uint_t n, ngx_str_t *text)
{
    ngx_int_t                  rc;
    api_type_t                 as;
    api_value_t                value;
    api_failure_t              failure;
    const api_json_t          *json;
    const api_sql_type_t      *type;
    const api_sql_inferred_t  *inferred;

    static const ngx_str_t  array = ngx_string("must be an array");

    json = statement->defaults[n].json;
    type = api_check_parts(check, statement->oids[n]);
    inferred = api_check_type(check, statement->oids[n]);

    if (inferred == NULL) {
        return NGX_DECLINED;
    }

    as = api_sql_inferred_nearest(inferred);

    if (api_sql_form_differs(type) || api_sql_form_takes_objects(type)) {

        rc = api_sql_form_json(check->pool, type, json, &value, &failure);

        if (rc == NGX_DECLINED
            && defaults_place(check, statement, n, &failure) != NGX_OK)
        {
            return NGX_ERROR;
        }

    } else if (as.array && json->type != API_JSON_ARRAY) {
        return defaults_unfit(check, statement, n, &array) == NGX_OK
               ? NGX_DECLINED : NGX_ERROR;

    } else {
        rc = api_sql_bind_json(check->pool, &as, json, &value);
    }

    *text = value.text;

    if (rc == NGX_OK) {
        statement->defaults[n].text = value.text;
    }

    return rc;
}


/* "/x must be an integer" */

static ngx_int_t
defaults_place(api_check_t *check, api_check_statement_t *statement,
    ngx_uint_t n, const api_failure_t *failure)
{
    ngx_str_t  why;

    why.len = failure->field.len + 1 + failure->message.len;
    why.data = ngx_pnalloc(check->pool, why.len);

    if (why.data == NULL) {
        return NGX_ERROR;
    }

    why.len = (size_t) (ngx_sprintf(why.data, "%V%s%V", &failure->field,
                                    failure->field.len ? " " : "",
                                    &failure->message)
                        - why.data);

    return defaults_unfit(check, statement, n, &why);
}


/* read for that type as any parameter is, by a query that does nothing */

static ngx_int_t
defaults_ask(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement, ngx_uint_t n, const ngx_str_t *text)
{
    u_char                    *sql;
    PGresult                  *res;
    ngx_uint_t                 missing;
    const char                *params[1];
    const api_sql_inferred_t  *type;

    static const char  form[] = "SELECT $1::%V IS NULL%Z";
    static char        missing_state[] = "ERROR 23502";

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

    /* a field that has to be sent may be one that a type wants */

    missing = statement->defaults[n].inside
              && ngx_strnstr(s->why.data, missing_state, s->why.len) != NULL;

    if (!missing && defaults_unfit(check, statement, n, &s->why) != NGX_OK) {
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

    ngx_memzero(unfit, sizeof(api_check_unfit_t));

    unfit->param = n;
    unfit->why.len = len;
    unfit->why.data = ngx_pnalloc(check->pool, len);

    if (unfit->why.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(unfit->why.data, why->data, len);

    return NGX_OK;
}
