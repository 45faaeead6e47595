
#include "conf/shown.h"
#include "conf/place.h"
#include "check/check.h"
#include "core/near.h"
#include "http/vars.h"


/* bits of row_known */
#define SHOWN_KNOWN  1
#define SHOWN_TOLD   2


static ngx_int_t add_named(ngx_conf_t *cf, const ngx_array_t *names,
    api_http_route_t *route, ngx_uint_t n);
static ngx_uint_t is_of(const ngx_str_t *name, const api_http_query_t *query);
static ngx_uint_t is_named(const api_http_route_t *route,
    const ngx_str_t *name);
static const api_check_column_t *find_column(
    const api_check_statement_t *statement, const ngx_str_t *name);
static const ngx_str_t *find_near(const api_check_statement_t *statement,
    const ngx_str_t *name);
static ngx_int_t check_mentions(ngx_conf_t *cf,
    const api_http_route_t *route, const api_check_statement_t *statement);
static void warn_mention(ngx_conf_t *cf, const api_http_route_t *route,
    const api_check_statement_t *statement,
    const api_conf_mention_t *mention);
static void tell(api_http_main_conf_t *amcf, const ngx_str_t *name);


ngx_int_t
api_conf_shown_rows(ngx_conf_t *cf)
{
    ngx_uint_t               i, n;
    api_http_route_t       **route;
    const api_http_query_t  *query;
    api_http_main_conf_t    *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    if (amcf->row_names.nelts == 0) {
        return NGX_OK;
    }

    route = amcf->routes.elts;

    for (i = 0; i < amcf->routes.nelts; i++) {

        query = route[i]->queries.elts;

        for (n = 0; n < route[i]->queries.nelts; n++) {
            if (query[n].as.len != 0
                && add_named(cf, &amcf->row_names, route[i], n) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* those that begin with the name of the n-th query's row */

static ngx_int_t
add_named(ngx_conf_t *cf, const ngx_array_t *names, api_http_route_t *route,
    ngx_uint_t n)
{
    ngx_uint_t               i;
    const ngx_str_t         *name;
    api_http_shown_t        *shown;
    const api_http_query_t  *query;

    name = names->elts;
    query = route->queries.elts;
    query += n;

    for (i = 0; i < names->nelts; i++) {

        if (!is_of(&name[i], query)) {
            continue;
        }

        if (route->shown == NULL) {
            route->shown = ngx_array_create(cf->pool, 2,
                                            sizeof(api_http_shown_t));
            if (route->shown == NULL) {
                return NGX_ERROR;
            }
        }

        shown = ngx_array_push(route->shown);
        if (shown == NULL) {
            return NGX_ERROR;
        }

        shown->query = n;
        shown->name = i;
        shown->column.data = name[i].data + query->as.len + 1;
        shown->column.len = name[i].len - query->as.len - 1;
    }

    return NGX_OK;
}


/* article_slug of "as=article", in whatever case */

static ngx_uint_t
is_of(const ngx_str_t *name, const api_http_query_t *query)
{
    return query->as.len != 0 && name->len > query->as.len + 1
           && name->data[query->as.len] == '_'
           && ngx_strncasecmp(name->data, query->as.data, query->as.len) == 0;
}


static ngx_uint_t
is_named(const api_http_route_t *route, const ngx_str_t *name)
{
    ngx_uint_t               i;
    const api_http_query_t  *query;

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {
        if (is_of(name, &query[i])) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
api_conf_shown(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_statement_t *statement)
{
    ngx_str_t               *name;
    ngx_uint_t               i, n;
    const api_http_query_t  *answer;
    api_http_main_conf_t    *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    n = amcf->row_names.nelts;

    if (n == 0 || route->composed) {
        return NGX_OK;
    }

    answer = route->queries.elts;
    answer += route->answer;

    if (query != answer) {
        return NGX_OK;
    }

    if (amcf->row_known == NULL) {
        amcf->row_known = ngx_pcalloc(cf->temp_pool, n * sizeof(ngx_uint_t));
        if (amcf->row_known == NULL) {
            return NGX_ERROR;
        }
    }

    amcf->row_routes++;

    name = amcf->row_names.elts;

    for (i = 0; i < n; i++) {
        if (find_column(statement, &name[i]) != NULL
            || is_named(route, &name[i]))
        {
            amcf->row_known[i] |= SHOWN_KNOWN;
        }
    }

    return check_mentions(cf, route, statement);
}


void
api_conf_shown_nowhere(ngx_conf_t *cf)
{
    ngx_str_t             *name;
    ngx_uint_t             i;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    if (amcf->row_known == NULL || amcf->row_routes != amcf->routes.nelts) {
        return;
    }

    name = amcf->row_names.elts;

    for (i = 0; i < amcf->row_names.nelts; i++) {
        if (amcf->row_known[i] == 0) {
            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "$api_row_%V is always empty: no route's answer has "
                          "a column \"%V\"", &name[i], &name[i]);
        }
    }

    amcf->row_known = NULL;
}


/* looks at the variables in the route's own block */

static ngx_int_t
check_mentions(ngx_conf_t *cf, const api_http_route_t *route,
    const api_check_statement_t *statement)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    ngx_array_t          found;
    api_conf_mention_t  *mention;

    if (ngx_array_init(&found, cf->temp_pool, 4, sizeof(api_conf_mention_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = api_conf_place_variables(cf->temp_pool, &route->place,
                                  &route->close, API_HTTP_VARS_ROW, cf->log,
                                  &found);

    if (rc != NGX_OK) {
        return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    mention = found.elts;

    for (i = 0; i < found.nelts; i++) {
        if (mention[i].name.len != 0
            && find_column(statement, &mention[i].name) == NULL
            && !is_named(route, &mention[i].name))
        {
            warn_mention(cf, route, statement, &mention[i]);
        }
    }

    return NGX_OK;
}


static void
warn_mention(ngx_conf_t *cf, const api_http_route_t *route,
    const api_check_statement_t *statement,
    const api_conf_mention_t *mention)
{
    const ngx_str_t       *near;
    api_http_main_conf_t  *amcf;

    static const ngx_str_t  none = ngx_null_string;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    tell(amcf, &mention->name);

    if (statement->columns.nelts == 0) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "$api_row_%V of \"%V\" is always empty: the answer has "
                      "no row in %V:%ui:%ui", &mention->name, &route->name,
                      &route->place.file, mention->point.line,
                      mention->point.column);
        return;
    }

    near = find_near(statement, &mention->name);

    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "$api_row_%V of \"%V\" is always empty: the answer has no "
                  "column \"%V\"%s%V%s in %V:%ui:%ui", &mention->name,
                  &route->name, &mention->name, near ? "; perhaps " : "",
                  near ? near : &none, near ? " is what you want" : "",
                  &route->place.file, mention->point.line,
                  mention->point.column);
}


static void
tell(api_http_main_conf_t *amcf, const ngx_str_t *name)
{
    ngx_str_t   *names;
    ngx_uint_t   i;

    names = amcf->row_names.elts;

    for (i = 0; i < amcf->row_names.nelts; i++) {
        if (api_str_equal(&names[i], name)) {
            amcf->row_known[i] |= SHOWN_TOLD;
        }
    }
}


/* in whatever case, as the variable will find it */

static const api_check_column_t *
find_column(const api_check_statement_t *statement, const ngx_str_t *name)
{
    ngx_uint_t                 i;
    const api_check_column_t  *column;

    column = statement->columns.elts;

    for (i = 0; i < statement->columns.nelts; i++) {
        if (column[i].name.len == name->len
            && ngx_strncasecmp(column[i].name.data, name->data, name->len)
               == 0)
        {
            return &column[i];
        }
    }

    return NULL;
}


static const ngx_str_t *
find_near(const api_check_statement_t *statement, const ngx_str_t *name)
{
    ngx_uint_t                 i;
    const api_check_column_t  *column;

    column = statement->columns.elts;

    for (i = 0; i < statement->columns.nelts; i++) {
        if (api_near(name, &column[i].name)) {
            return &column[i].name;
        }
    }

    return NULL;
}
