
#include "conf/auth_request.h"
#include "conf/location.h"
#include "conf/others.h"
#include "conf/place.h"


static const ngx_str_t *asks(ngx_conf_t *cf, void **loc_conf);
static void check_target(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    const ngx_str_t *uri);
static ngx_uint_t is_unexpected(const api_http_query_t *query);


/*
 * auth_request knows 2xx, 401 and 403: anything else is an error in the log
 * and a 500.  A route that it asks finds no row for whoever is not known.
 */

void
api_conf_auth_request(ngx_conf_t *cf, const api_http_srv_conf_t *ascf)
{
    ngx_uint_t          i;
    const ngx_str_t    *uri, *last;
    api_conf_level_t   *level;
    api_http_route_t  **route;

    level = ascf->levels->elts;
    route = ascf->routes->elts;
    last = NULL;

    for (i = 0; i < ascf->levels->nelts + ascf->routes->nelts; i++) {

        uri = asks(cf, (i < ascf->levels->nelts)
                       ? level[i].loc_conf
                       : route[i - ascf->levels->nelts]->loc_conf);

        if (uri == NULL || (last != NULL && api_str_equal(uri, last))) {
            continue;
        }

        last = uri;
        check_target(cf, ascf, uri);
    }
}


/* the module's configuration begins with the URI; "off" is an empty one */

static const ngx_str_t *
asks(ngx_conf_t *cf, void **loc_conf)
{
    const ngx_str_t  *uri;

    uri = api_conf_other(cf, loc_conf, "ngx_http_auth_request_module");

    return (uri != NULL && uri->data != NULL && uri->len != 0) ? uri : NULL;
}


static void
check_target(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    const ngx_str_t *uri)
{
    ngx_uint_t          i;
    api_http_query_t   *query;
    api_http_route_t   *route;
    api_route_match_t   m;

    if (api_route_table_match(ascf->equals, API_METHOD_GET, uri,
                              cf->temp_pool, &m)
        != API_ROUTE_FOUND)
    {
        return;
    }

    route = m.data;

    if (route->auth_request) {
        return;
    }

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {

        if (!is_unexpected(&query[i])) {
            continue;
        }

        route->auth_request = 1;

        api_conf_log(NGX_LOG_WARN, cf, &query[i].place,
                     "api_route \"%V\" is asked by auth_request, which "
                     "makes a 500 of its %ui: say none=401 (or none=403) "
                     "behind the statement",
                     &route->name, query[i].none);
        return;
    }
}


static ngx_uint_t
is_unexpected(const api_http_query_t *query)
{
    return query->none >= NGX_HTTP_BAD_REQUEST
           && query->none != NGX_HTTP_UNAUTHORIZED
           && query->none != NGX_HTTP_FORBIDDEN;
}
