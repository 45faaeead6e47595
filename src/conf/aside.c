
#include "conf/aside.h"
#include "conf/fault.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "conf/plan.h"
#include "conf/query.h"
#include "sql/oid.h"


static ngx_int_t find_database(ngx_conf_t *cf, api_http_route_t *route);
static ngx_int_t bind_names(ngx_conf_t *cf, const api_http_route_t *route,
    const api_conf_aside_name_t *names);


api_http_route_t *
api_conf_aside(ngx_conf_t *cf, const char *what, api_sql_result_e result,
    const char *const *knows)
{
    ngx_str_t            *value;
    api_http_query_t     *query;
    api_http_route_t     *route;
    ngx_http_conf_ctx_t  *ctx;

    ctx = cf->ctx;
    value = cf->args->elts;

    route = ngx_pcalloc(cf->pool, sizeof(api_http_route_t));

    if (route == NULL
        || ngx_array_init(&route->queries, cf->pool, 1,
                          sizeof(api_http_query_t))
           != NGX_OK)
    {
        return NULL;
    }

    query = ngx_array_push(&route->queries);

    if (query == NULL) {
        return NULL;
    }

    ngx_memzero(query, sizeof(api_http_query_t));

    if (ngx_array_init(&query->rules, cf->pool, 1,
                       sizeof(api_http_constraint_t))
        != NGX_OK
        || ngx_array_init(&route->inputs, cf->pool, 1,
                          sizeof(api_http_input_t))
           != NGX_OK)
    {
        return NULL;
    }

    route->name.data = api_unconst(what);
    route->name.len = ngx_strlen(what);
    route->method = API_METHOD_GET;
    route->mode = API_HTTP_MODE_READ_ONLY;
    route->answer = NGX_CONF_UNSET_UINT;
    route->status = NGX_HTTP_OK;
    route->loc_conf = ctx->loc_conf;
    route->aside = 1;

    api_conf_place(cf, &route->place);
    query->place = route->place;
    query->result = result;
    query->aside = 1;
    query->knows = knows;

    return api_conf_query_statement(cf, route, query, &value[1]) == NGX_OK
           ? route : NULL;
}


ngx_int_t
api_conf_aside_finish(ngx_conf_t *cf, api_http_route_t *route,
    const api_conf_aside_name_t *names)
{
    if (find_database(cf, route) == NGX_OK
        && bind_names(cf, route, names) == NGX_OK
        && api_conf_plan(cf, route) == NGX_OK)
    {
        return NGX_OK;
    }

    return api_conf_keep(cf, NULL, 0) == NGX_CONF_OK ? NGX_OK : NGX_ERROR;
}


/* the http level is merged into no other one, so that its database is known by
   name only */

static ngx_int_t
find_database(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t              i;
    api_http_loc_conf_t    *alcf;
    api_http_database_t   **database;
    api_http_main_conf_t   *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);
    alcf = route->loc_conf[ngx_http_api_module.ctx_index];

    route->trusted = (alcf->trust == 1);
    route->database = alcf->database;

    database = amcf->databases.elts;

    for (i = 0; i < amcf->databases.nelts && route->database == NULL; i++) {

        if (amcf->databases.nelts == 1
            || api_str_equal(&database[i]->db.name, &alcf->database_name))
        {
            route->database = database[i];
        }
    }

    if (route->database != NULL) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &route->place, "%V asks a database, and %s",
                 &route->name, amcf->databases.nelts == 0
                 ? "there is none: declare one with api_postgres NAME { "
                   "primary …; } in http { }"
                 : "there are several: choose one with api_database NAME, "
                   "beside the block or around it");

    return NGX_ERROR;
}


static ngx_int_t
bind_names(ngx_conf_t *cf, const api_http_route_t *route,
    const api_conf_aside_name_t *names)
{
    ngx_int_t          rc;
    ngx_uint_t         i, k;
    api_sql_param_t   *param;
    api_http_query_t  *query;

    rc = NGX_OK;
    query = route->queries.elts;
    param = query->sql.params.elts;

    query->binds = ngx_pcalloc(cf->pool, (query->sql.params.nelts + 1)
                                         * sizeof(api_http_bind_t));
    if (query->binds == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < query->sql.params.nelts; i++) {

        for (k = 0; names[k].name.len != 0; k++) {
            if (api_str_equal(&names[k].name, &param[i].name)) {
                break;
            }
        }

        query->binds[i].source = names[k].source;
        param[i].declared = API_SQL_OID_text;

        if (names[k].name.len == 0) {
            rc = NGX_ERROR;

            api_conf_query_fault(cf, route, query, param[i].offset,
                                 names == &names[k]
                                 ? "is unknown: no request asks this "
                                   "statement, and so it has no values"
                                 : "is unknown here", &param[i].name);
        }
    }

    return rc;
}
