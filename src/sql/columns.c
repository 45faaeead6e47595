
#include "sql/columns.h"
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
