
#include "conf/settings.h"
#include "conf/bind.h"
#include "conf/place.h"
#include "conf/rows.h"
#include "conf/statements.h"
#include "http/source.h"
#include "sql/oid.h"


static int ngx_libc_cdecl compare(const void *one, const void *two);
static ngx_int_t bind_values(ngx_conf_t *cf, api_http_route_t *route,
    api_http_settings_t *settings);
static ngx_uint_t is_row(const api_http_route_t *route,
    const ngx_str_t *name);
static ngx_int_t make_statement(ngx_conf_t *cf, const api_http_route_t *route,
    api_http_settings_t *settings);
static ngx_int_t write_statement(ngx_conf_t *cf, const ngx_array_t *list,
    ngx_str_t *source);


ngx_int_t
api_conf_settings_route(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t                  n;
    api_http_setting_t         *role;
    api_http_settings_t        *settings;
    const api_conf_settings_t  *scf;

    scf = route->loc_conf[ngx_http_api_settings_module.ctx_index];
    n = scf->list ? scf->list->nelts : 0;

    if ((n == 0 && scf->role.value.data == NULL) || route->database == NULL) {
        return NGX_OK;
    }

    settings = ngx_pcalloc(cf->pool, sizeof(api_http_settings_t));
    if (settings == NULL) {
        return NGX_ERROR;
    }

    settings->list = ngx_array_create(cf->pool, n + 1,
                                      sizeof(api_http_setting_t));
    if (settings->list == NULL) {
        return NGX_ERROR;
    }

    /* their order is one, however they were written */

    if (n != 0) {
        ngx_memcpy(settings->list->elts, scf->list->elts,
                   n * sizeof(api_http_setting_t));
        settings->list->nelts = n;
        ngx_qsort(settings->list->elts, n, sizeof(api_http_setting_t),
                  compare);
    }

    if (scf->role.value.data != NULL) {
        role = ngx_array_push(settings->list);
        if (role == NULL) {
            return NGX_ERROR;
        }

        *role = scf->role;
        settings->roles = scf->roles;
        settings->outside = (role->variable.len != 0);
    }

    if (bind_values(cf, route, settings) != NGX_OK
        || make_statement(cf, route, settings) != NGX_OK)
    {
        return NGX_ERROR;
    }

    route->settings = settings;
    route->lead = 1;

    return NGX_OK;
}


static int ngx_libc_cdecl
compare(const void *one, const void *two)
{
    const api_http_setting_t *a = one;
    const api_http_setting_t *b = two;

    return (int) ngx_memn2cmp(a->name.data, b->name.data, a->name.len,
                              b->name.len);
}


static ngx_int_t
bind_values(ngx_conf_t *cf, api_http_route_t *route,
    api_http_settings_t *settings)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    const char          *why;
    api_sql_param_t      param;
    api_http_setting_t  *setting;

    rc = NGX_OK;
    setting = settings->list->elts;

    settings->binds = ngx_pcalloc(cf->pool, settings->list->nelts
                                            * sizeof(api_http_bind_t));
    if (settings->binds == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < settings->list->nelts; i++) {

        if (setting[i].variable.len == 0) {
            continue;
        }

        ngx_memzero(&param, sizeof(api_sql_param_t));
        param.name = setting[i].variable;

        why = api_conf_bind_name(cf, route, 0, &param, &settings->binds[i]);

        if (why != NULL && is_row(route, &setting[i].variable)) {
            why = "is of a row, and this is set before the route's statements, "
                  "in each of its transactions: let the statement itself call "
                  "set_config(…, true)";
        }

        if (why != NULL) {
            api_conf_log(NGX_LOG_EMERG, cf, &setting[i].place,
                         "%s of \"%V\": \"$%V\" %s",
                         settings->roles && i + 1 == settings->list->nelts
                         ? "api_role" : "api_settings",
                         &route->name, &setting[i].variable, why);
            rc = NGX_ERROR;
        }
    }

    return rc;
}


/* is the name the "as=" of a statement, before or behind?  A setting cannot
   wait for any of them. */

static ngx_uint_t
is_row(const api_http_route_t *route, const ngx_str_t *name)
{
    u_char     *dot;
    ngx_str_t   as;

    dot = ngx_strlchr(name->data, name->data + name->len, '.');

    if (dot == NULL) {
        return 0;
    }

    as.data = name->data;
    as.len = (size_t) (dot - name->data);

    return api_conf_rows_as(route, &as) != NULL;
}


/* one for all routes of a database that set the same names */

static ngx_int_t
make_statement(ngx_conf_t *cf, const api_http_route_t *route,
    api_http_settings_t *settings)
{
    ngx_str_t                  source;
    ngx_uint_t                 i;
    api_conf_settings_list_t           *list;
    api_sql_fault_t            fault;
    api_sql_param_t           *param;
    api_conf_settings_main_t      *smcf;
    const api_http_setting_t  *setting;

    smcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_api_settings_module);

    if (write_statement(cf, settings->list, &source) != NGX_OK) {
        return NGX_ERROR;
    }

    list = smcf->lists.elts;

    for (i = 0; i < smcf->lists.nelts; i++) {

        if (list[i].db == &route->database->db
            && api_str_equal(&list[i].source, &source))
        {
            settings->sql = list[i].sql;
            settings->id = list[i].id;
            return NGX_OK;
        }
    }

    settings->sql = ngx_pcalloc(cf->pool, sizeof(api_sql_statement_t));
    list = ngx_array_push(&smcf->lists);

    if (settings->sql == NULL || list == NULL
        || api_sql_statement_parse(cf->pool, &source, settings->sql, &fault)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    setting = settings->list->elts;
    param = settings->sql->params.elts;

    for (i = 0; i < settings->sql->params.nelts; i++) {
        param[i].declared = API_SQL_OID_text;
    }

    settings->sql->source = source;
    settings->sql->file = setting[0].place.file;
    settings->sql->line = setting[0].place.line;

    list->db = &route->database->db;
    list->source = source;
    list->sql = settings->sql;

    if (api_conf_statements_add(cf, list->db, settings->sql, NULL, &list->id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    settings->id = list->id;

    return NGX_OK;
}


static ngx_int_t
write_statement(ngx_conf_t *cf, const ngx_array_t *list, ngx_str_t *source)
{
    size_t                     size;
    u_char                    *p;
    ngx_uint_t                 i;
    const api_http_setting_t  *setting;

    static const char  call[] = "pg_catalog.set_config('', $p, true), ";

    setting = list->elts;
    size = sizeof("SELECT ");

    for (i = 0; i < list->nelts; i++) {
        size += sizeof(call) + setting[i].name.len + NGX_INT_T_LEN;
    }

    p = ngx_pnalloc(cf->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    source->data = p;
    p = ngx_cpymem(p, "SELECT ", sizeof("SELECT ") - 1);

    for (i = 0; i < list->nelts; i++) {
        p = ngx_sprintf(p, "%spg_catalog.set_config('%V', $p%ui, true)",
                        i ? ", " : "", &setting[i].name, i);
    }

    source->len = (size_t) (p - source->data);

    return NGX_OK;
}
