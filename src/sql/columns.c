
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


/* TRIGGER_TYPE_ROW, _BEFORE and _INSERT, catalog/pg_trigger.h */
#define COLUMNS_BEFORE_INSERT  "7"


static ngx_int_t copy(ngx_pool_t *pool, const PGresult *res, int row,
    int column, ngx_str_t *out);
static ngx_uint_t number(const PGresult *res, int row, int column);
static unsigned is_true(const PGresult *res, int row, int column);


/*
 * A rule may put another statement in the place of this one, and a view has
 * one: then a column of theirs bounds nothing.
 */

const char  api_sql_columns_sql[] =
    "SELECT w.name, a.attname,"
    " pg_catalog.row_number() OVER (PARTITION BY w.name ORDER BY a.attnum),"
    " CASE WHEN c.relkind IN ('r', 'p', 'f') AND NOT c.relhasrules THEN"
        " CASE WHEN t.typtype = 'd'"
        " THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)"
        " ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END END,"
    " CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END,"
    " c.relkind IN ('r', 'p') AND NOT c.relhasrules"
        " AND (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull))"
        " AND NOT a.atthasdef AND a.attidentity = ''"
        " AND (t.typtype <> 'd' OR t.typdefault IS NULL),"
    " EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgenabled <> 'D'"
        " AND g.tgtype & " COLUMNS_BEFORE_INSERT " = " COLUMNS_BEFORE_INSERT
        " AND (g.tgrelid = c.oid OR g.tgrelid IN (SELECT p.relid"
        " FROM pg_catalog.pg_partition_tree(c.oid) p)))"
    " FROM (SELECT DISTINCT pg_catalog.unnest($1::text[])) w(name)"
    " JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(w.name)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    " AND a.attnum > 0 AND NOT a.attisdropped"
    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid";


/* constraints, those of domains, generated columns (which refer to others by
   themselves or by their expression, as the server's version is), and that it
   is a table */

const char  api_sql_columns_rules[] =
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
