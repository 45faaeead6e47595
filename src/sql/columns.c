
#include "sql/columns.h"
#include "sql/bind.h"
#include "sql/into.h"
#include "core/text.h"

#include <libpq-fe.h>


enum {
    COLUMNS_TABLE = 0,
    COLUMNS_NAME,
    COLUMNS_POSITION,
    COLUMNS_BOUNDED,
    COLUMNS_TYPE,
    COLUMNS_NEEDED,
    COLUMNS_FILLED
};


/* the columns of api_sql_columns_rules */
enum {
    RULES_TABLE = 0,
    RULES_NAME,
    RULES_COLUMN
};


static ngx_int_t copy(ngx_pool_t *pool, const PGresult *res, int row,
    int column, ngx_str_t *out);
static ngx_uint_t number(const PGresult *res, int row, int column);
static unsigned is_true(const PGresult *res, int row, int column);


ngx_int_t
api_sql_columns_load(ngx_pool_t *pool, const PGresult *res,
    ngx_array_t *columns)
{
    int                row, n;
    api_sql_column_t  *column;

    n = PQntuples(res);

    if (ngx_array_init(columns, pool, (ngx_uint_t) n + 1,
                       sizeof(api_sql_column_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (row = 0; row < n; row++) {

        column = ngx_array_push(columns);
        if (column == NULL) {
            return NGX_ERROR;
        }

        column->position = number(res, row, COLUMNS_POSITION);
        column->type = (unsigned) number(res, row, COLUMNS_TYPE);
        column->needed = is_true(res, row, COLUMNS_NEEDED) & 1;
        column->filled = is_true(res, row, COLUMNS_FILLED) & 1;

        if (copy(pool, res, row, COLUMNS_TABLE, &column->table) != NGX_OK
            || copy(pool, res, row, COLUMNS_NAME, &column->name) != NGX_OK
            || copy(pool, res, row, COLUMNS_BOUNDED, &column->bounded)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_sql_columns_rules_load(ngx_pool_t *pool, const PGresult *res,
    ngx_array_t *rules)
{
    int                    row, n;
    api_sql_constraint_t  *rule;

    n = PQntuples(res);

    if (ngx_array_init(rules, pool, (ngx_uint_t) n + 1,
                       sizeof(api_sql_constraint_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (row = 0; row < n; row++) {

        rule = ngx_array_push(rules);
        if (rule == NULL) {
            return NGX_ERROR;
        }

        if (copy(pool, res, row, RULES_TABLE, &rule->table) != NGX_OK
            || copy(pool, res, row, RULES_NAME, &rule->name) != NGX_OK
            || copy(pool, res, row, RULES_COLUMN, &rule->column) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_sql_columns_tables(ngx_pool_t *pool,
    const api_sql_statement_t *const *statements, ngx_uint_t n,
    ngx_str_t *tables)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i, k;
    ngx_array_t                  names, list;
    api_value_t                 *value, text;
    const api_sql_into_table_t  *table;

    ngx_str_null(tables);

    if (ngx_array_init(&names, pool, 16, sizeof(api_value_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (api_sql_into_tables(pool, statements[i], &list) != NGX_OK) {
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

    rc = api_sql_bind_list(pool, names.elts, names.nelts, &text);

    *tables = text.text;

    return rc;
}


const api_sql_column_t *
api_sql_columns_find(const ngx_array_t *columns, const ngx_str_t *table,
    const ngx_str_t *name, ngx_uint_t position)
{
    ngx_uint_t               i;
    const api_sql_column_t  *column;

    column = columns->elts;

    for (i = 0; i < columns->nelts; i++) {
        if (api_str_equal(&column[i].table, table)
            && (position ? column[i].position == position
                         : api_str_equal(&column[i].name, name)))
        {
            return &column[i];
        }
    }

    return NULL;
}


static ngx_uint_t
number(const PGresult *res, int row, int column)
{
    ngx_uint_t   n;
    const char  *p;

    n = 0;

    for (p = PQgetvalue(res, row, column); *p >= '0' && *p <= '9'; p++) {
        n = n * 10 + (ngx_uint_t) (*p - '0');
    }

    return n;
}


static unsigned
is_true(const PGresult *res, int row, int column)
{
    return *PQgetvalue(res, row, column) == 't';
}


static ngx_int_t
copy(ngx_pool_t *pool, const PGresult *res, int row, int column,
    ngx_str_t *out)
{
    return api_text_copy(pool, PQgetvalue(res, row, column),
                         (size_t) PQgetlength(res, row, column), out);
}
