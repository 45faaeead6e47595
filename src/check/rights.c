
#include "check/rights.h"
#include "sql/bind.h"
#include "sql/lexer.h"

#include <libpq-fe.h>


/* the columns of the queries */
enum {
    RIGHTS_NAME = 0,           /* as it was asked for */
    RIGHTS_GRANT               /* the GRANT that would help */
};


/* a privilege that a statement may lack */
typedef struct {
    const char   *kind;
    const char   *query;       /* with names in $1; returns those that are
                                  lacking */
    ngx_int_t   (*names)(const api_check_t *check,
                         const api_check_statement_t *statement,
                         ngx_array_t *names);
} rights_t;


static ngx_uint_t rights_same(const api_check_statement_t *statement,
    const char *role);
static ngx_int_t rights_as(api_check_t *check, api_check_session_t *s,
    const char *role);
static ngx_int_t rights_check(api_check_t *check, api_check_session_t *s,
    const rights_t *rights, const char *role);
static ngx_int_t rights_sequences(const api_check_t *check,
    const api_check_statement_t *statement, ngx_array_t *names);
static ngx_int_t rights_procedure(const api_check_t *check,
    const api_check_statement_t *statement, ngx_array_t *names);
static ngx_int_t rights_add(ngx_array_t *names, const ngx_str_t *name);
static ngx_int_t rights_look(api_check_t *check,
    api_check_statement_t *statement, const rights_t *rights,
    const PGresult *res);
static ngx_int_t rights_refuse(api_check_t *check,
    api_check_statement_t *statement, const rights_t *rights,
    const PGresult *res, int row);


/*
 * Both queries are by name, as neither a plan nor a statement shows an OID.
 * OFFSET 0 keeps the function from being called for what is not a sequence.
 */

static const rights_t  rights_kinds[] = {

    { "sequence",
      "SELECT s.name, 'GRANT USAGE ON SEQUENCE ' || s.name || ' TO '"
      " || pg_catalog.quote_ident(current_user)"
      " FROM (SELECT c.oid, c.oid::pg_catalog.regclass::text AS name"
      " FROM pg_catalog.pg_class c WHERE c.relkind = 'S' OFFSET 0) s"
      " WHERE s.name = ANY ($1::text[])"
      " AND NOT pg_catalog.has_sequence_privilege(s.oid, 'USAGE, UPDATE')",
      rights_sequences },

    { "procedure",
      "SELECT n.name, 'GRANT EXECUTE ON PROCEDURE ' || n.name || ' TO '"
      " || pg_catalog.quote_ident(current_user)"
      " FROM pg_catalog.unnest($1::text[]) AS n(name)"
      " WHERE NOT pg_catalog.has_function_privilege("
      "pg_catalog.to_regproc(n.name), 'EXECUTE')",
      rights_procedure },

    { NULL, NULL, NULL }
};


/* of each role its own statements */

ngx_int_t
api_check_rights(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t               rc;
    ngx_uint_t              i, k;
    api_check_statement_t  *st;

    st = check->statements;

    for (i = 0; i < check->nstatements; i++) {

        for (k = 0; k < i && !rights_same(&st[k], st[i].role); k++) {
            /* void */
        }

        if (k < i || st[i].roleless) {
            continue;
        }

        rc = rights_as(check, s, st[i].role);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
rights_same(const api_check_statement_t *statement, const char *role)
{
    if (role == NULL || statement->role == NULL) {
        return role == statement->role;
    }

    return ngx_strcmp(role, statement->role) == 0;
}


static ngx_int_t
rights_as(api_check_t *check, api_check_session_t *s, const char *role)
{
    PGresult        *res;
    ngx_int_t        rc;
    const rights_t  *rights;

    if (role != NULL) {
        res = api_check_session_query(s, "SELECT pg_catalog.set_config('role',"
                                      " $1, true)", 1, &role, s->timeout);
        if (res == NULL) {
            return NGX_DECLINED;
        }

        PQclear(res);
    }

    rc = NGX_OK;

    for (rights = rights_kinds; rights->kind != NULL && rc == NGX_OK; rights++)
    {
        rc = rights_check(check, s, rights, role);
    }

    if (role != NULL && rc == NGX_OK) {
        res = api_check_session_query(s, "ROLLBACK TO SAVEPOINT api_check", 0,
                                      NULL, s->timeout);
        if (res == NULL) {
            return NGX_DECLINED;
        }

        PQclear(res);
    }

    return rc;
}


ngx_int_t
api_check_call(const api_sql_statement_t *sql, ngx_str_t *name)
{
    size_t           i;
    api_sql_lexer_t  lexer;

    api_sql_lexer_init(&lexer, &sql->source);

    if (api_sql_lexer_next(&lexer) != NGX_OK
        || lexer.token != API_SQL_TOKEN_WORD
        || lexer.name.len != 4
        || ngx_strncasecmp(lexer.name.data, (u_char *) "CALL", 4) != 0)
    {
        return NGX_DECLINED;
    }

    ngx_str_null(name);

    while (api_sql_lexer_next(&lexer) == NGX_OK
           && lexer.token != API_SQL_TOKEN_END
           && sql->source.data[lexer.start] != '(')
    {
        if (name->data == NULL) {
            name->data = sql->source.data + lexer.start;
        }

        name->len = api_scan_offset(&lexer.in)
                    - (size_t) (name->data - sql->source.data);
    }

    /* a comment, or U&"…" */

    for (i = 0; i < name->len; i++) {
        if (strchr("/-&", name->data[i]) != NULL) {
            name->len = 0;
        }
    }

    return NGX_OK;
}


static ngx_int_t
rights_check(api_check_t *check, api_check_session_t *s,
    const rights_t *rights, const char *role)
{
    PGresult               *res;
    ngx_int_t               rc;
    ngx_str_t               list;
    ngx_uint_t              i;
    const char             *params[1];
    ngx_array_t             names;
    api_check_statement_t  *st;

    st = check->statements;

    if (ngx_array_init(&names, check->pool, 16, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < check->nstatements; i++) {
        if (st[i].prepared && st[i].fault == NULL && rights_same(&st[i], role)
            && rights->names(check, &st[i], &names) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (names.nelts == 0) {
        return NGX_OK;
    }

    if (api_sql_bind_texts(check->pool, &names, &list) != NGX_OK) {
        return NGX_ERROR;
    }

    params[0] = (const char *) list.data;

    res = api_check_session_query(s, rights->query, 1, params, s->timeout);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_OK;

    for (i = 0; i < check->nstatements && rc == NGX_OK; i++) {
        if (st[i].prepared && st[i].fault == NULL && rights_same(&st[i], role))
        {
            rc = rights_look(check, &st[i], rights, res);
        }
    }

    PQclear(res);

    return rc;
}


static ngx_int_t
rights_sequences(const api_check_t *check,
    const api_check_statement_t *statement, ngx_array_t *names)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    if (!statement->planned) {
        return NGX_OK;
    }

    name = statement->sequences.elts;

    for (i = 0; i < statement->sequences.nelts; i++) {
        if (rights_add(names, &name[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
rights_procedure(const api_check_t *check,
    const api_check_statement_t *statement, ngx_array_t *names)
{
    ngx_str_t  name;

    return (api_check_call(statement->sql, &name) == NGX_OK && name.len)
           ? rights_add(names, &name) : NGX_OK;
}


static ngx_int_t
rights_add(ngx_array_t *names, const ngx_str_t *name)
{
    ngx_str_t  *added;

    added = ngx_array_push(names);
    if (added == NULL) {
        return NGX_ERROR;
    }

    *added = *name;

    return NGX_OK;
}


/* is one of its names among those that are lacking? */

static ngx_int_t
rights_look(api_check_t *check, api_check_statement_t *statement,
    const rights_t *rights, const PGresult *res)
{
    int          row;
    ngx_str_t    lacking, *name;
    ngx_uint_t   i;
    ngx_array_t  names;

    if (ngx_array_init(&names, check->pool, 2, sizeof(ngx_str_t)) != NGX_OK
        || rights->names(check, statement, &names) != NGX_OK)
    {
        return NGX_ERROR;
    }

    name = names.elts;

    for (i = 0; i < names.nelts; i++) {

        for (row = 0; row < PQntuples(res); row++) {

            lacking.data = (u_char *) PQgetvalue(res, row, RIGHTS_NAME);
            lacking.len = (size_t) PQgetlength(res, row, RIGHTS_NAME);

            if (api_str_equal(&name[i], &lacking)) {
                return rights_refuse(check, statement, rights, res, row);
            }
        }
    }

    return NGX_OK;
}


/* in PostgreSQL's words */

static ngx_int_t
rights_refuse(api_check_t *check, api_check_statement_t *statement,
    const rights_t *rights, const PGresult *res, int row)
{
    size_t              size;
    api_check_fault_t  *fault;

    fault = ngx_pcalloc(check->pool, sizeof(api_check_fault_t));
    if (fault == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn((u_char *) fault->sqlstate, (u_char *) "42501",
                       sizeof(fault->sqlstate));

    fault->offset = (size_t) NGX_ERROR;

    size = sizeof("permission denied for procedure ")
           + (size_t) PQgetlength(res, row, RIGHTS_NAME);

    fault->message.data = ngx_pnalloc(check->pool, size);
    fault->hint.len = (size_t) PQgetlength(res, row, RIGHTS_GRANT);
    fault->hint.data = ngx_pnalloc(check->pool, fault->hint.len);

    if (fault->message.data == NULL || fault->hint.data == NULL) {
        return NGX_ERROR;
    }

    fault->message.len = (size_t)
                         (ngx_sprintf(fault->message.data,
                                      "permission denied for %s %s",
                                      rights->kind,
                                      PQgetvalue(res, row, RIGHTS_NAME))
                          - fault->message.data);

    ngx_memcpy(fault->hint.data, PQgetvalue(res, row, RIGHTS_GRANT),
               fault->hint.len);

    statement->fault = fault;

    return NGX_OK;
}
