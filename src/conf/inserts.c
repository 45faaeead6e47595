
#include "conf/inserts.h"
#include "conf/fault.h"
#include "sql/inserts.h"


static ngx_int_t find_needed(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_t *check,
    const api_sql_insert_t *insert);
static ngx_uint_t is_given(const api_sql_insert_t *insert,
    const api_sql_column_t *column);
static void warn_rows(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_insert_t *insert);


ngx_int_t
api_conf_inserts(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_t *check,
    const api_check_statement_t *statement)
{
    ngx_int_t                told;
    ngx_uint_t               i;
    ngx_array_t              inserts;
    const api_sql_insert_t  *insert;

    if (api_sql_inserts(cf->temp_pool, &query->sql, &inserts) != NGX_OK) {
        return NGX_ERROR;
    }

    told = NGX_OK;
    insert = inserts.elts;

    for (i = 0; i < inserts.nelts; i++) {

        if (find_needed(cf, route, query, check, &insert[i]) != NGX_OK) {
            told = NGX_DECLINED;
        }

        warn_rows(cf, route, query, &insert[i]);
    }

    if (statement->deferred.len != 0) {
        told = NGX_DECLINED;

        api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                       api_conf_begin(&query->sql.source),
                       "ON CONFLICT asks \"%V\", which is DEFERRABLE, and "
                       "PostgreSQL takes none of these there when a row is "
                       "inserted (55000): name other columns, or make the "
                       "constraint NOT DEFERRABLE", &statement->deferred);
    }

    return told;
}


/*
 * Columns that would fail with 23502 for each row.  It is a warning only where
 * a trigger may give them a value, a query may have no row, or a migration
 * that could not be rehearsed may have changed the table.
 */

static ngx_int_t
find_needed(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_t *check,
    const api_sql_insert_t *insert)
{
    ngx_uint_t               i, sure;
    const api_sql_column_t  *column;

    column = check->columns.elts;

    for (i = 0; i < check->columns.nelts; i++) {

        if (!column[i].needed
            || !api_str_equal(&column[i].table, &insert->table)
            || is_given(insert, &column[i]))
        {
            continue;
        }

        sure = !column[i].filled && !insert->query && !check->unsure;

        api_conf_fault(sure ? NGX_LOG_EMERG : NGX_LOG_WARN, cf, route, query,
                       API_CONF_SQL_WORD, insert->offset,
                       "this leaves out the column \"%V\", which is NOT NULL "
                       "and has no default%s", &column[i].name,
                       sure ? ": no row can be inserted (23502)"
                       : column[i].filled ? ": a row can be inserted only if a "
                                            "trigger gives it a value (23502)"
                                          : ": no row it has can be inserted "
                                            "(23502)");

        return sure ? NGX_DECLINED : NGX_OK;
    }

    return NGX_OK;
}


static ngx_uint_t
is_given(const api_sql_insert_t *insert, const api_sql_column_t *column)
{
    ngx_uint_t        i;
    const ngx_str_t  *name;

    if (insert->columns == NULL) {
        return column->position <= insert->width;
    }

    name = insert->columns->elts;

    for (i = 0; i < insert->columns->nelts; i++) {
        if (api_str_equal(&name[i], &column->name)) {
            return 1;
        }
    }

    return 0;
}


/* a statement "one" that inserts two rows answers 500; a warning only, for a
   trigger may keep rows out */

static void
warn_rows(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_insert_t *insert)
{
    if (!insert->main || insert->conflict || insert->rows < 2
        || (query->result != API_SQL_ONE && query->result != API_SQL_OPTIONAL
            && query->result != API_SQL_VALUE))
    {
        return;
    }

    api_conf_fault(NGX_LOG_WARN, cf, route, query, API_CONF_KIND_WORD, 0,
                   "\"%V\" is one row, and this inserts and returns %ui: the "
                   "route will answer 500; write \"many\" to answer with all "
                   "of them", api_conf_kind(query), insert->rows);
}
