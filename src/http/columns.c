
#include "http/columns.h"
#include "http/databases.h"
#include "http/learned.h"
#include "http/source.h"
#include "sql/columns.h"
#include "sql/into.h"
#include "sql/override.h"


/* a column's, as format_type() writes it, and the parameter's: 0: any */
typedef struct {
    ngx_str_t  name;
    unsigned   oid;
} free_type_t;


static ngx_uint_t is_free(const ngx_str_t *type, unsigned oid);
static ngx_uint_t is_sure(const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_target_t *target,
    unsigned oid);
static ngx_uint_t moves_schemas(const api_http_route_t *route);
static void take_columns(const api_http_route_t *route,
    api_http_query_t *query, const ngx_array_t *columns,
    const unsigned *oids);
static ngx_int_t take_rules(ngx_pool_t *pool, api_http_query_t *query,
    const ngx_array_t *rules);
static ngx_int_t take_rule(api_http_query_t *query, const ngx_array_t *tables,
    const api_sql_constraint_t *rule);


ngx_int_t
api_http_columns_learned(api_http_ctx_t *ctx)
{
    api_db_t            *db;
    ngx_uint_t           i;
    api_http_route_t    *route;
    api_http_query_t    *query;
    const unsigned      *oids;

    db = api_http_databases_get(ctx->route->database);

    if (ctx->known <= 1 || ctx->route->learned == ctx->known
        || !ctx->route->database->db.unchecked)
    {
        return NGX_OK;
    }

    /* all of the configuration is this worker's own */

    route = (api_http_route_t *) (uintptr_t) ctx->route;
    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {

        oids = api_http_learned_params(ctx, i);

        if (oids != NULL && api_db_columns(db) != NULL) {
            take_columns(route, &query[i], api_db_columns(db), oids);
        }

        if (api_db_rules(db) != NULL
            && take_rules(ctx->request->pool, &query[i], api_db_rules(db))
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    route->learned = ctx->known;

    return NGX_OK;
}


static void
take_columns(const api_http_route_t *route, api_http_query_t *query,
    const ngx_array_t *columns, const unsigned *oids)
{
    ngx_uint_t               i;
    api_sql_target_t        *target;
    const api_sql_column_t  *column;

    target = query->targets.elts;

    for (i = 0; i < query->targets.nelts; i++) {

        column = api_sql_columns_find(columns, &target[i].table,
                                      &target[i].column, target[i].position);

        target[i].free = 0;
        target[i].sure = 0;
        target[i].bound.kind = API_SQL_BOUND_NONE;

        if (column == NULL) {
            continue;
        }

        if (target[i].column.len == 0) {
            target[i].column = column->name;
        }

        api_http_columns_target(route, query, &target[i], &column->bounded,
                                oids[target[i].param]);
    }
}


static ngx_int_t
take_rules(ngx_pool_t *pool, api_http_query_t *query, const ngx_array_t *rules)
{
    ngx_uint_t                   i;
    ngx_array_t                  tables;
    const api_sql_constraint_t  *rule;

    if (api_sql_into_tables(pool, &query->sql, &tables) != NGX_OK) {
        return NGX_ERROR;
    }

    rule = rules->elts;
    query->rules.nelts = 0;

    for (i = 0; tables.nelts != 0 && i < rules->nelts; i++) {
        if (take_rule(query, &tables, &rule[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
take_rule(api_http_query_t *query, const ngx_array_t *tables,
    const api_sql_constraint_t *rule)
{
    ngx_uint_t                   i;
    ngx_str_t                    relation;
    api_http_constraint_t       *kept;
    const api_sql_into_table_t  *table;

    table = tables->elts;

    for (i = 0; i < tables->nelts; i++) {
        if (api_str_equal(&table[i].table, &rule->table)) {
            break;
        }
    }

    if (i == tables->nelts) {
        return NGX_OK;
    }

    relation.len = table[i].relation.len;
    relation.data = ngx_pstrdup(query->rules.pool, (ngx_str_t *) (uintptr_t)
                                                   &table[i].relation);
    kept = ngx_array_push(&query->rules);

    if (kept == NULL || relation.data == NULL) {
        return NGX_ERROR;
    }

    kept->relation = relation;
    kept->name = rule->name;
    kept->column = rule->column;

    return NGX_OK;
}


void
api_http_columns_target(const api_http_route_t *route,
    const api_http_query_t *query, api_sql_target_t *target,
    const ngx_str_t *type, unsigned oid)
{
    if (moves_schemas(route)) {
        target->free = 0;
        return;
    }

    target->free = is_free(type, oid) & 1;

    if (api_sql_bound_read(type, &target->bound)
        && is_sure(route, query, target, oid))
    {
        target->sure = 1;
    }
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
           && !api_http_columns_overridden(route, &target->bound);
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


ngx_uint_t
api_http_columns_overridden(const api_http_route_t *route,
    const api_sql_bound_t *bound)
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


const ngx_str_t *
api_http_columns_above(const api_http_query_t *query, const ngx_str_t *table,
    const ngx_str_t *column)
{
    size_t                  n;
    ngx_uint_t              i;
    const ngx_str_t        *above;
    const api_http_constraint_t  *rule;

    n = sizeof(API_SQL_COLUMNS_COLUMN) - 1;
    above = column;
    rule = query->rules.elts;

    for (i = 0; i < query->rules.nelts; i++) {

        if (rule[i].column.len == 0) {

            if (api_str_equal(&rule[i].relation, table)) {
                return column;
            }

        } else if (rule[i].name.len == n + column->len
                   && ngx_memcmp(rule[i].name.data, API_SQL_COLUMNS_COLUMN, n)
                      == 0
                   && ngx_memcmp(rule[i].name.data + n, column->data,
                                 column->len)
                      == 0)
        {
            above = &rule[i].column;
        }
    }

    return above;
}
