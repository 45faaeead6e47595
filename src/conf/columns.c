
#include "conf/columns.h"
#include "check/check.h"
#include "http/source.h"
#include "sql/inferred.h"
#include "sql/override.h"
#include "core/text.h"


/* a column's, as format_type() writes it, and the parameter's: 0: any */
typedef struct {
    ngx_str_t  name;
    unsigned   oid;
} free_type_t;


static ngx_int_t keep_targets(ngx_conf_t *cf, api_http_route_t *route,
    api_http_query_t *query, const api_check_statement_t *statement);
static ngx_uint_t is_free(const ngx_str_t *type, unsigned oid);
static ngx_uint_t is_sure(const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_target_t *target,
    unsigned oid);
static ngx_uint_t moves_schemas(const api_http_route_t *route);
static ngx_uint_t is_overridden(const api_http_route_t *route,
    const api_sql_bound_t *bound);
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

        target[i].free = !moves_schemas(route)
                         && is_free(&stored->type,
                                    statement->oids[target[i].param]);

        if (!moves_schemas(route)
            && api_sql_bound_read(&stored->type, &target[i].bound)
            && is_sure(route, query, &target[i],
                       statement->oids[target[i].param]))
        {
            target[i].sure = 1;
            route->typed = 1;
        }
    }

    return NGX_OK;
}


/*
 * Does the column take whatever there is of the parameter's type?  A domain may
 * be of a type that has a bound; of an integer a wider one may be stored.
 */

static ngx_uint_t
is_free(const ngx_str_t *type, unsigned oid)
{
    const free_type_t  *free;

    static const free_type_t  types[] = {
        { ngx_string("text"), 0 },
        { ngx_string("character varying"), 0 },
        { ngx_string("numeric"), 0 },
        { ngx_string("smallint"), 21 },
        { ngx_string("integer"), 23 },
        { ngx_string("bigint"), 20 },
        { ngx_string("boolean"), 0 },
        { ngx_string("json"), 0 },
        { ngx_string("jsonb"), 0 },
        { ngx_string("uuid"), 0 },
        { ngx_string("date"), 0 },
        { ngx_string("timestamp with time zone"), 0 },
        { ngx_string("timestamp without time zone"), 0 },
        { ngx_string("text[]"), 0 },
        { ngx_string("integer[]"), 1007 },
        { ngx_null_string, 0 }
    };

    for (free = types; free->name.len != 0; free++) {
        if (api_str_equal(type, &free->name)) {
            return free->oid == 0 || free->oid == oid;
        }
    }

    return 0;
}


/*
 * What a statement assigns is refused when it is too long, an explicit cast
 * would have cut it.  Where the route has its own answer to that, PostgreSQL is
 * to ask for it.
 */

static ngx_uint_t
is_sure(const api_http_route_t *route, const api_http_query_t *query,
    const api_sql_target_t *target, unsigned oid)
{
    return api_http_source_is_clients(query->binds[target->param].source)
           && (target->how == API_SQL_ITEM_PLAIN
               || target->how == API_SQL_ITEM_SENT)
           && !target->perhaps
           && api_sql_bound_suits(&target->bound, oid)
           && !is_overridden(route, &target->bound);
}


/*
 * SELECT set_config('search_path', …): the tables of these names are others
 * then, and so may the bounds of their columns be.
 */

static ngx_uint_t
moves_schemas(const api_http_route_t *route)
{
    ngx_str_t                source;
    ngx_uint_t               i;
    const api_http_query_t  *query;

    static u_char  name[] = "search_path";

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {
        source = query[i].sql.source;

        if (source.len >= sizeof(name) - 1
            && ngx_strlcasestrn(source.data, source.data + source.len, name,
                                sizeof(name) - 2)
               != NULL)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
is_overridden(const api_http_route_t *route, const api_sql_bound_t *bound)
{
    const char           *state;
    api_http_loc_conf_t  *alcf;

    alcf = route->loc_conf[ngx_http_api_module.ctx_index];

    state = "22001";

    if (bound->kind == API_SQL_BOUND_NUMBER) {
        state = "22003";

    } else if (bound->exact) {
        state = "22026";
    }

    return api_sql_override_has(alcf->errors, state);
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
            || is_overridden(route, &bound))
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
    ngx_uint_t               i;
    api_http_rule_t         *rule;
    const api_check_rule_t  *found;

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
