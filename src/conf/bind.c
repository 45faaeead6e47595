
#include "conf/bind.h"
#include "conf/fault.h"
#include "conf/source.h"
#include "sql/oid.h"


static ngx_int_t bind_query(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t n);
static ngx_uint_t is_given(const api_http_query_t *query, ngx_uint_t n);
static const char *find_source(api_conf_sought_t *s);


/* the source of a name that was refused: later passes look at its row, too */
static const api_http_source_t  nobody = { .name = "unknown" };


ngx_int_t
api_conf_bind(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    rc = NGX_OK;

    for (i = 0; i < route->queries.nelts; i++) {
        if (bind_query(cf, route, i) != NGX_OK) {
            rc = NGX_ERROR;
        }
    }

    return rc;
}


static ngx_int_t
bind_query(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t n)
{
    ngx_int_t          rc;
    ngx_uint_t         i;
    const char        *why;
    api_sql_param_t   *param;
    api_http_query_t  *query;

    rc = NGX_OK;
    query = route->queries.elts;
    query += n;

    param = query->sql.params.elts;

    query->binds = ngx_pcalloc(cf->pool, (query->sql.params.nelts + 1)
                                         * sizeof(api_http_bind_t));
    if (query->binds == NULL) {
        route->vague = 1;
        return NGX_ERROR;
    }

    for (i = 0; i < query->sql.params.nelts; i++) {

        why = api_conf_bind_name(cf, route, n, &param[i], &query->binds[i]);

        if (why != NULL && !(param[i].null && is_given(query, i))) {
            api_conf_query_fault(cf, route, query, param[i].offset, why,
                                 &param[i].name);
        }

        rc = (why != NULL) ? NGX_ERROR : rc;
    }

    return rc;
}


/* has an earlier parameter the same name?  That one has its type. */

static ngx_uint_t
is_given(const api_http_query_t *query, ngx_uint_t n)
{
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    param = query->sql.params.elts;

    for (i = 0; i < n; i++) {
        if (api_str_equal(&param[i].name, &param[n].name)) {
            return 1;
        }
    }

    return 0;
}


const char *
api_conf_bind_name(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t n,
    api_sql_param_t *param, api_http_bind_t *bind)
{
    const char         *why;
    api_conf_sought_t   s;

    s.cf = cf;
    s.route = route;
    s.step = n;
    s.name = param->name;
    s.param = param;
    s.bind = bind;
    s.why = NULL;

    bind->source = &nobody;

    if (s.name.data[s.name.len - 1] == '?') {
        s.name.len--;
        bind->sent = 1;
    }

    why = find_source(&s);

    if (why != NULL || !bind->sent) {
        return why;
    }

    param->declared = API_SQL_OID_bool;

    return bind->optional
           ? NULL
           : "asks whether something was sent, which is told of fields of the "
             "body and of api_param only: drop the \"?\", or put a space "
             "before it if it is an operator";
}


/* the first source that knows the name */

static const char *
find_source(api_conf_sought_t *s)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    const api_conf_source_t  *row;

    for (i = 0; (row = api_conf_source_get(s->cf, i)) != NULL; i++) {

        rc = api_conf_source_find(row, s);

        if (rc == NGX_OK) {
            s->bind->source = row->source;
            return NULL;
        }

        if (rc == NGX_ERROR) {
            return s->why ? s->why : "cannot be kept: no memory";
        }
    }

    return "is unknown";
}
