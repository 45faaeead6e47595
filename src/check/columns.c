
#include "check/columns.h"
#include "sql/bind.h"
#include "sql/into.h"

#include <libpq-fe.h>


/* the columns of rules_sql */
enum {
    RULES_TABLE = 0,
    RULES_NAME,
    RULES_COLUMN
};


static ngx_int_t columns_tables(const api_check_t *check,
    ngx_str_t *tables);
static PGresult *columns_ask(api_check_session_t *s, const char *sql,
    const ngx_str_t *tables);
static ngx_int_t columns_keep(api_check_t *check,
    api_check_statement_t *statement);
static ngx_int_t columns_rules(api_check_t *check,
    api_check_statement_t *statement, const PGresult *res);
static ngx_int_t columns_rule(api_check_t *check,
    api_check_statement_t *statement, const ngx_str_t *relation,
    const PGresult *res, int row);
static ngx_int_t columns_copy(ngx_pool_t *pool, const PGresult *res, int row,
    int column, ngx_str_t *out);
static ngx_uint_t columns_equal(const ngx_str_t *text, const PGresult *res,
    int row, int column);


/* constraints, those of domains, generated columns (which refer to others by
   themselves or by their expression, as the server's version is), and that it
   is a table */

static const char  rules_sql[] =
    "WITH w AS (SELECT n.name, c.oid, c.relkind, c.relhasrules"
        " FROM (SELECT DISTINCT pg_catalog.unnest($1::text[])) n(name)"
        " JOIN pg_catalog.pg_class c"
        " ON c.oid = pg_catalog.to_regclass(n.name))"
    " SELECT w.name, k.conname, a.attname, a.attnum"
    " FROM w JOIN pg_catalog.pg_constraint k"
    " ON k.conrelid = w.oid AND k.contype = 'c'"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid"
    " AND a.attnum = ANY (k.conkey)"
    " UNION ALL SELECT w.name, k.conname, a.attname, a.attnum"
    " FROM w JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid"
    " AND a.attnum > 0 AND NOT a.attisdropped"
    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
    " JOIN pg_catalog.pg_constraint k"
    " ON k.contypid <> 0 AND k.contypid IN (t.oid, t.typelem)"
    " AND k.contype = 'c'"
    " UNION ALL SELECT w.name, g.attname, a.attname, a.attnum"
    " FROM w JOIN pg_catalog.pg_attribute g ON g.attrelid = w.oid"
    " AND g.attgenerated <> ''"
    " JOIN pg_catalog.pg_attrdef e ON e.adrelid = w.oid"
    " AND e.adnum = g.attnum"
    " JOIN pg_catalog.pg_depend d ON d.refobjid = w.oid"
    " AND d.refobjsubid <> g.attnum"
    " AND ((d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " AND d.objid = w.oid AND d.objsubid = g.attnum)"
    " OR (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass"
    " AND d.objid = e.oid))"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid"
    " AND a.attnum = d.refobjsubid AND a.attnum > 0"
    " UNION ALL SELECT w.name, '', '', 0"
    " FROM w WHERE w.relkind IN ('r', 'p', 'f') AND NOT w.relhasrules"
    " ORDER BY 1, 2, 4";


ngx_int_t
api_check_columns(api_check_t *check, api_check_session_t *s)
{
    PGresult               *res;
    ngx_int_t               rc;
    ngx_str_t               tables;
    ngx_uint_t              i;
    api_check_statement_t  *st;

    if (columns_tables(check, &tables) != NGX_OK) {
        return NGX_ERROR;
    }

    if (tables.len == 0) {
        rc = ngx_array_init(&check->columns, check->pool, 1,
                            sizeof(api_sql_column_t));

    } else {
        res = columns_ask(s, api_sql_columns_sql, &tables);

        if (res == NULL) {
            return NGX_DECLINED;
        }

        rc = api_sql_columns_load(check->pool, res, &check->columns);

        PQclear(res);
    }

    st = check->statements;

    for (i = 0; i < check->nstatements && rc == NGX_OK; i++) {

        if (!st[i].prepared) {
            continue;
        }

        rc = api_sql_tell_columns(&st[i].tell, check->pool, st[i].sql,
                                  &check->columns);

        if (rc == NGX_OK && tables.len != 0) {
            rc = columns_keep(check, &st[i]);
        }
    }

    return rc;
}


ngx_int_t
api_check_columns_rules(api_check_t *check, api_check_session_t *s)
{
    PGresult    *res;
    ngx_int_t    rc;
    ngx_str_t    tables;
    ngx_uint_t   i;

    if (columns_tables(check, &tables) != NGX_OK) {
        return NGX_ERROR;
    }

    if (tables.len == 0) {
        return NGX_OK;
    }

    res = columns_ask(s, rules_sql, &tables);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_OK;

    for (i = 0; i < check->nstatements && rc == NGX_OK; i++) {
        if (check->statements[i].prepared) {
            rc = columns_rules(check, &check->statements[i], res);
        }
    }

    PQclear(res);

    return rc;
}


/* an array literal of all names; empty: there are none */

static ngx_int_t
columns_tables(const api_check_t *check, ngx_str_t *tables)
{
    ngx_int_t                     rc;
    ngx_uint_t                    i, k;
    ngx_array_t                   names, list;
    api_value_t                  *value, text;
    const api_sql_into_table_t   *table;
    const api_check_statement_t  *st;

    st = check->statements;
    ngx_str_null(tables);

    if (ngx_array_init(&names, check->pool, 16, sizeof(api_value_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < check->nstatements; i++) {

        if (!st[i].prepared) {
            continue;
        }

        if (api_sql_into_tables(check->pool, st[i].sql, &list) != NGX_OK) {
            return NGX_ERROR;
        }

        table = list.elts;

        for (k = 0; k < list.nelts; k++) {

            value = ngx_array_push(&names);
            if (value == NULL) {
                return NGX_ERROR;
            }

            ngx_memzero(value, sizeof(api_value_t));
            value->text = table[k].table;
        }
    }

    if (names.nelts == 0) {
        return NGX_OK;
    }

    rc = api_sql_bind_list(check->pool, names.elts, names.nelts, &text);

    *tables = text.text;

    return rc;
}


static PGresult *
columns_ask(api_check_session_t *s, const char *sql, const ngx_str_t *tables)
{
    const char  *params[1];

    params[0] = (const char *) tables->data;

    return api_check_session_query(s, sql, 1, params, s->timeout);
}


static ngx_int_t
columns_keep(api_check_t *check, api_check_statement_t *statement)
{
    ngx_uint_t               i, n;
    api_check_stored_t      *stored;
    const api_sql_column_t  *column;
    const api_sql_target_t  *target;

    n = statement->targets->nelts;
    target = statement->targets->elts;

    stored = ngx_pcalloc(check->pool, (n + 1) * sizeof(api_check_stored_t));
    if (stored == NULL) {
        return NGX_ERROR;
    }

    statement->stored = stored;

    for (i = 0; i < n; i++) {

        column = api_sql_columns_find(&check->columns, &target[i].table,
                                      &target[i].column, target[i].position);

        if (column != NULL) {
            stored[i].column = column->name;
            stored[i].type = column->bounded;
        }
    }

    return NGX_OK;
}


/* of all those of the tables that the statement writes to */

static ngx_int_t
columns_rules(api_check_t *check, api_check_statement_t *statement,
    const PGresult *res)
{
    int                          row;
    ngx_uint_t                   i;
    ngx_array_t                  list;
    const api_sql_into_table_t  *table;

    if (api_sql_into_tables(check->pool, statement->sql, &list) != NGX_OK) {
        return NGX_ERROR;
    }

    table = list.elts;

    for (row = 0; list.nelts != 0 && row < PQntuples(res); row++) {

        for (i = 0; i < list.nelts; i++) {
            if (columns_equal(&table[i].table, res, row, RULES_TABLE)) {
                break;
            }
        }

        if (i < list.nelts
            && columns_rule(check, statement, &table[i].relation, res, row)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
columns_rule(api_check_t *check, api_check_statement_t *statement,
    const ngx_str_t *relation, const PGresult *res, int row)
{
    api_check_rule_t  *rule;

    if (statement->rules == NULL) {
        statement->rules = ngx_array_create(check->pool, 4,
                                            sizeof(api_check_rule_t));
        if (statement->rules == NULL) {
            return NGX_ERROR;
        }
    }

    rule = ngx_array_push(statement->rules);
    if (rule == NULL) {
        return NGX_ERROR;
    }

    rule->relation = *relation;

    if (columns_copy(check->pool, res, row, RULES_NAME, &rule->name)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return columns_copy(check->pool, res, row, RULES_COLUMN, &rule->column);
}


static ngx_int_t
columns_copy(ngx_pool_t *pool, const PGresult *res, int row, int column,
    ngx_str_t *out)
{
    ngx_str_t  text;

    text.data = (u_char *) PQgetvalue(res, row, column);
    text.len = (size_t) PQgetlength(res, row, column);

    out->len = text.len;
    out->data = ngx_pstrdup(pool, &text);

    return out->data != NULL ? NGX_OK : NGX_ERROR;
}


static ngx_uint_t
columns_equal(const ngx_str_t *text, const PGresult *res, int row, int column)
{
    ngx_str_t  other;

    other.data = (u_char *) PQgetvalue(res, row, column);
    other.len = (size_t) PQgetlength(res, row, column);

    return api_str_equal(text, &other);
}
