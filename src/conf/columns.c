
#include "conf/columns.h"
#include "check/check.h"
#include "http/columns.h"
#include "http/source.h"
#include "sql/inferred.h"
#include "core/text.h"


static ngx_int_t keep_targets(ngx_conf_t *cf, api_http_route_t *route,
    api_http_query_t *query, const api_check_statement_t *statement);
static ngx_int_t keep_domains(ngx_conf_t *cf, api_http_route_t *route,
    api_http_query_t *query, const api_check_t *check,
    const api_check_statement_t *statement);
static ngx_int_t keep_rules(ngx_conf_t *cf, api_http_query_t *query,
    const api_check_statement_t *statement);
static ngx_int_t keep_text(ngx_conf_t *cf, const ngx_str_t *text,
    ngx_str_t *out);


ngx_int_t
api_conf_columns(ngx_conf_t *cf, api_http_route_t *route,
    api_http_query_t *query, const api_check_t *check,
    const api_check_statement_t *statement)
{
    if (keep_targets(cf, route, query, statement) != NGX_OK
        || keep_domains(cf, route, query, check, statement) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return keep_rules(cf, query, statement);
}


static ngx_int_t
keep_targets(ngx_conf_t *cf, api_http_route_t *route, api_http_query_t *query,
    const api_check_statement_t *statement)
{
    ngx_uint_t                 i;
    api_sql_target_t          *target;
    const api_check_stored_t  *stored;

    if (statement->stored == NULL) {
        return NGX_OK;
    }

    target = query->targets.elts;

    for (i = 0; i < query->targets.nelts; i++) {

        stored = &statement->stored[i];

        if (target[i].column.len == 0
            && keep_text(cf, &stored->column, &target[i].column) != NGX_OK)
        {
            return NGX_ERROR;
        }

        api_http_columns_target(route, query, &target[i], &stored->type,
                                statement->oids[target[i].param]);

        route->typed |= target[i].sure;
    }

    return NGX_OK;
}


/* a value is read as the domain before the statement runs: always refused */

static ngx_int_t
keep_domains(ngx_conf_t *cf, api_http_route_t *route, api_http_query_t *query,
    const api_check_t *check, const api_check_statement_t *statement)
{
    ngx_uint_t                 i;
    api_http_bind_t           *bind;
    api_sql_bound_t           *kept, bound;
    const api_sql_inferred_t  *type;

    for (i = 0; i < query->sql.params.nelts; i++) {

        bind = &query->binds[i];
        type = api_check_type(check, statement->oids[i]);

        if (type == NULL || !api_http_source_is_checked(bind)
            || !api_sql_inferred_bound(type, &bound)
            || api_http_columns_overridden(route, &bound))
        {
            continue;
        }

        kept = ngx_palloc(cf->pool, sizeof(api_sql_bound_t));
        if (kept == NULL) {
            return NGX_ERROR;
        }

        *kept = bound;
        bind->bound = kept;
        route->typed = 1;
    }

    return NGX_OK;
}


static ngx_int_t
keep_rules(ngx_conf_t *cf, api_http_query_t *query,
    const api_check_statement_t *statement)
{
    ngx_uint_t                     i;
    api_http_constraint_t         *rule;
    const api_check_constraint_t  *found;

    query->rules.nelts = 0;

    if (statement->rules == NULL) {
        return NGX_OK;
    }

    found = statement->rules->elts;

    for (i = 0; i < statement->rules->nelts; i++) {

        rule = ngx_array_push(&query->rules);

        if (rule == NULL
            || keep_text(cf, &found[i].relation, &rule->relation) != NGX_OK
            || keep_text(cf, &found[i].name, &rule->name) != NGX_OK
            || keep_text(cf, &found[i].column, &rule->column) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* the check's memory ends with the configuration's reading */

static ngx_int_t
keep_text(ngx_conf_t *cf, const ngx_str_t *text, ngx_str_t *out)
{
    return api_text_copy(cf->pool, text->data, text->len, out);
}
