
#include "check/conflicts.h"
#include "core/text.h"

#include <libpq-fe.h>


static ngx_int_t conflicts_text(ngx_pool_t *pool, const api_json_t *plan,
    const char *key, ngx_str_t *out);
static ngx_int_t conflicts_indexes(ngx_pool_t *pool, const api_json_t *plan,
    ngx_array_t **indexes);
static ngx_int_t conflicts_copy(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_str_t *out);
static ngx_int_t conflicts_compare(api_check_t *check,
    api_check_statement_t *statement, const PGresult *res);
static ngx_uint_t conflicts_is(const api_check_conflict_t *conflict,
    const PGresult *res, int row);
static ngx_uint_t conflicts_equal(const ngx_str_t *text, const PGresult *res,
    int row, int column);
static const api_json_t *conflicts_member(const api_json_t *plan,
    const char *key);


static const char  conflicts_sql[] =
    "SELECT n.nspname, t.relname, r.relname FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class r ON r.oid = i.indexrelid"
    " JOIN pg_catalog.pg_class t ON t.oid = i.indrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace"
    " WHERE (i.indisunique OR i.indisexclusion) AND NOT i.indimmediate";


ngx_int_t
api_check_conflicts_add(api_check_t *check, api_check_statement_t *statement,
    const api_json_t *plan)
{
    api_check_conflict_t  *conflict;

    if (conflicts_member(plan, "Conflict Resolution") == NULL) {
        return NGX_OK;
    }

    if (statement->conflicts == NULL) {
        statement->conflicts = ngx_array_create(check->pool, 1,
                                                sizeof(api_check_conflict_t));
        if (statement->conflicts == NULL) {
            return NGX_ERROR;
        }
    }

    conflict = ngx_array_push(statement->conflicts);
    if (conflict == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(conflict, sizeof(api_check_conflict_t));

    if (conflicts_text(check->pool, plan, "Schema", &conflict->schema)
        != NGX_OK
        || conflicts_text(check->pool, plan, "Relation Name",
                          &conflict->table)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return conflicts_indexes(check->pool, plan, &conflict->indexes);
}


static ngx_int_t
conflicts_indexes(ngx_pool_t *pool, const api_json_t *plan,
    ngx_array_t **indexes)
{
    ngx_str_t         *name;
    ngx_uint_t         i;
    const api_json_t  *list;

    list = conflicts_member(plan, "Conflict Arbiter Indexes");

    if (list == NULL || list->type != API_JSON_ARRAY) {
        return NGX_OK;
    }

    *indexes = ngx_array_create(pool, list->count + 1, sizeof(ngx_str_t));
    if (*indexes == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < list->count; i++) {

        name = ngx_array_push(*indexes);

        if (name == NULL
            || conflicts_copy(pool, &list->items[i].text, name) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_check_conflicts(api_check_t *check, api_check_session_t *s)
{
    PGresult    *res;
    ngx_int_t    rc;
    ngx_uint_t   i, any;

    any = 0;

    for (i = 0; i < check->nstatements; i++) {
        any |= (check->statements[i].conflicts != NULL);
    }

    if (!any) {
        return NGX_OK;
    }

    res = api_check_session_query(s, conflicts_sql, 0, NULL, s->timeout);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_OK;

    for (i = 0; i < check->nstatements && rc == NGX_OK; i++) {
        if (check->statements[i].conflicts != NULL) {
            rc = conflicts_compare(check, &check->statements[i], res);
        }
    }

    PQclear(res);

    return rc;
}


static ngx_int_t
conflicts_compare(api_check_t *check, api_check_statement_t *statement,
    const PGresult *res)
{
    int                          row;
    ngx_str_t                    name;
    ngx_uint_t                   i;
    const api_check_conflict_t  *conflict;

    conflict = statement->conflicts->elts;

    for (i = 0; i < statement->conflicts->nelts; i++) {

        for (row = 0; row < PQntuples(res); row++) {

            if (conflicts_is(&conflict[i], res, row)) {
                name.data = (u_char *) PQgetvalue(res, row, 2);
                name.len = ngx_strlen(name.data);

                return conflicts_copy(check->pool, &name,
                                      &statement->deferred);
            }
        }
    }

    return NGX_OK;
}


static ngx_uint_t
conflicts_is(const api_check_conflict_t *conflict, const PGresult *res,
    int row)
{
    ngx_uint_t        i;
    const ngx_str_t  *name;

    if (!conflicts_equal(&conflict->schema, res, row, 0)
        || !conflicts_equal(&conflict->table, res, row, 1))
    {
        return 0;
    }

    if (conflict->indexes == NULL) {
        return 1;
    }

    name = conflict->indexes->elts;

    for (i = 0; i < conflict->indexes->nelts; i++) {
        if (conflicts_equal(&name[i], res, row, 2)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
conflicts_equal(const ngx_str_t *text, const PGresult *res, int row,
    int column)
{
    ngx_str_t  other;

    other.data = (u_char *) PQgetvalue(res, row, column);
    other.len = (size_t) PQgetlength(res, row, column);

    return api_str_equal(text, &other);
}


static const api_json_t *
conflicts_member(const api_json_t *plan, const char *key)
{
    ngx_str_t  name;

    name.data = api_unconst(key);
    name.len = ngx_strlen(key);

    return api_json_member(plan, &name);
}


/* empty where it is not there */

static ngx_int_t
conflicts_text(ngx_pool_t *pool, const api_json_t *plan, const char *key,
    ngx_str_t *out)
{
    const api_json_t  *member;

    member = conflicts_member(plan, key);

    return member == NULL ? NGX_OK : conflicts_copy(pool, &member->text, out);
}


static ngx_int_t
conflicts_copy(ngx_pool_t *pool, const ngx_str_t *text, ngx_str_t *out)
{
    return api_text_copy(pool, text->data, text->len, out);
}
