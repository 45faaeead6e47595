
#include "check/columns.h"
#include "sql/into.h"

#include <libpq-fe.h>


static ngx_int_t columns_tables(const api_check_t *check,
    ngx_str_t *tables);
static PGresult *columns_ask(api_check_session_t *s, const char *sql,
    const ngx_str_t *tables);
static ngx_int_t columns_keep(api_check_t *check,
    api_check_statement_t *statement);
static ngx_int_t columns_rules(api_check_t *check,
    api_check_statement_t *statement, const ngx_array_t *rules);
static ngx_int_t columns_rule(api_check_t *check,
    api_check_statement_t *statement, const ngx_str_t *relation,
    const api_sql_constraint_t *found);


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

        rc = api_sql_attempt_columns(&st[i].attempt, check->pool, st[i].sql,
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
    ngx_array_t  rules;

    if (columns_tables(check, &tables) != NGX_OK) {
        return NGX_ERROR;
    }

    if (tables.len == 0) {
        return NGX_OK;
    }

    res = columns_ask(s, api_sql_columns_rules, &tables);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = api_sql_columns_rules_load(check->pool, res, &rules);

    PQclear(res);

    for (i = 0; i < check->nstatements && rc == NGX_OK; i++) {
        if (check->statements[i].prepared) {
            rc = columns_rules(check, &check->statements[i], &rules);
        }
    }

    return rc;
}


/* an array literal of all names; empty: there are none */

static ngx_int_t
columns_tables(const api_check_t *check, ngx_str_t *tables)
{
    ngx_uint_t                    i, n;
    const api_sql_statement_t   **sql;

    sql = ngx_palloc(check->pool, (check->nstatements + 1) * sizeof(void *));
    if (sql == NULL) {
        return NGX_ERROR;
    }

    for (i = 0, n = 0; i < check->nstatements; i++) {
        if (check->statements[i].prepared) {
            sql[n++] = check->statements[i].sql;
        }
    }

    return api_sql_columns_tables(check->pool, sql, n, tables);
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
    const ngx_array_t *rules)
{
    ngx_uint_t                   i, k;
    ngx_array_t                  list;
    const api_sql_constraint_t  *rule;
    const api_sql_into_table_t  *table;

    if (api_sql_into_tables(check->pool, statement->sql, &list) != NGX_OK) {
        return NGX_ERROR;
    }

    table = list.elts;
    rule = rules->elts;

    for (k = 0; list.nelts != 0 && k < rules->nelts; k++) {

        for (i = 0; i < list.nelts; i++) {
            if (api_str_equal(&table[i].table, &rule[k].table)) {
                break;
            }
        }

        if (i < list.nelts
            && columns_rule(check, statement, &table[i].relation, &rule[k])
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
columns_rule(api_check_t *check, api_check_statement_t *statement,
    const ngx_str_t *relation, const api_sql_constraint_t *found)
{
    api_check_constraint_t  *rule;

    if (statement->rules == NULL) {
        statement->rules = ngx_array_create(check->pool, 4,
                                            sizeof(api_check_constraint_t));
        if (statement->rules == NULL) {
            return NGX_ERROR;
        }
    }

    rule = ngx_array_push(statement->rules);
    if (rule == NULL) {
        return NGX_ERROR;
    }

    rule->relation = *relation;
    rule->name = found->name;
    rule->column = found->column;

    return NGX_OK;
}
