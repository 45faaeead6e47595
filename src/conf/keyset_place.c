
#include "conf/keyset_place.h"
#include "conf/location.h"
#include "conf/place.h"
#include "conf/rank.h"
#include "http/location.h"


static ngx_int_t find_server(ngx_conf_t *cf, api_conf_keyset_t *keyset);
static const char *check_location(ngx_conf_t *cf,
    ngx_http_core_srv_conf_t *server, const ngx_str_t *uri);
static ngx_http_request_t *make_request(ngx_conf_t *cf,
    ngx_http_core_srv_conf_t *server, const ngx_str_t *uri);
static ngx_uint_t is_route(ngx_conf_t *cf, ngx_http_core_srv_conf_t *server,
    const api_http_location_t *found, const ngx_str_t *path);
static ngx_int_t make_key(ngx_conf_t *cf, const ngx_array_t *sets,
    const api_conf_keyset_t *keyset, ngx_str_t *key);


const char *
api_conf_keyset_path(const ngx_str_t *uri)
{
    size_t      i;
    u_char      ch;
    ngx_uint_t  is_args;

    if (uri->len == 0 || uri->data[0] != '/') {
        return "must be a location, which begins with \"/\"";
    }

    if (uri->len > API_HTTP_SELFGET_URI) {
        return "is longer than 1024 bytes";
    }

    is_args = 0;

    for (i = 0; i < uri->len; i++) {

        ch = uri->data[i];

        if (ch <= ' ' || ch >= 0x7f || ch == '#' || ch == '"') {
            return "has a character that no path of a request has";
        }

        if (ch == '?') {
            is_args = 1;
        }

        if (is_args) {
            continue;
        }

        if (ch == '%' || ch == '$') {
            return "must be the location's path as it is, without \"%\" and "
                   "variables";
        }

        if (ch == '/' && i + 1 < uri->len
            && (uri->data[i + 1] == '/' || uri->data[i + 1] == '.'))
        {
            return "must be the path of a location, without \"//\" and \"/.\"";
        }
    }

    return NULL;
}


ngx_int_t
api_conf_keyset_settle(ngx_conf_t *cf, const ngx_array_t *sets,
    api_conf_keyset_t *keyset, ngx_str_t *key)
{
    const char  *why;

    if (keyset->server == NULL && find_server(cf, keyset) != NGX_OK) {
        return NGX_ERROR;
    }

    why = check_location(cf, keyset->server, &keyset->set.uri);

    if (why == NULL
        && api_http_selfget_init(cf, &keyset->set.get, keyset->server,
                                 &keyset->set.uri, &why)
           == NGX_OK)
    {
        return make_key(cf, sets, keyset, key);
    }

    api_conf_log(NGX_LOG_EMERG, cf, &keyset->place,
                 "the keys' location \"%V\" %s", &keyset->set.uri, why);

    return NGX_ERROR;
}


/* of a set in http { }: there must be one server that has the location */

static ngx_int_t
find_server(ngx_conf_t *cf, api_conf_keyset_t *keyset)
{
    ngx_uint_t                   i, n;
    const char                  *why, *last;
    ngx_http_core_srv_conf_t   **server;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    server = cmcf->servers.elts;

    n = 0;
    last = "is of no server, as there is none";

    for (i = 0; i < cmcf->servers.nelts; i++) {

        why = check_location(cf, server[i], &keyset->set.uri);

        if (why == NULL) {
            keyset->server = server[i];
            n++;

        } else {
            last = why;
        }
    }

    if (n == 1) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &keyset->place,
                 "the keys' location \"%V\" %s", &keyset->set.uri,
                 n == 0 ? last
                        : "is there in several servers: write it into the "
                          "server whose location is meant");

    return NGX_ERROR;
}


/* NULL, or the end of a sentence */

static const char *
check_location(ngx_conf_t *cf, ngx_http_core_srv_conf_t *server,
    const ngx_str_t *uri)
{
    ngx_str_t                  path;
    ngx_http_request_t        *r;
    api_http_location_t        found;
    ngx_http_core_loc_conf_t  *clcf;

    for (path = *uri, path.len = 0; path.len < uri->len; path.len++) {
        if (uri->data[path.len] == '?') {
            break;
        }
    }

    r = make_request(cf, server, &path);

    if (r == NULL || api_http_location_find(r, &found) != NGX_OK) {
        return "could not be looked for";
    }

    clcf = found.loc_conf[ngx_http_core_module.ctx_index];

    if (found.loc_conf == server->ctx->loc_conf
        || (clcf->name.len == 1 && !clcf->exact_match && path.len != 1
#if (NGX_PCRE)
            && clcf->regex == NULL
#endif
           ))
    {
        return "is not there: the server needs a location of that name, with "
               "the proxy_pass that fetches the keys";
    }

    if (found.redirect) {
        return "lacks the \"/\" at the end of its location's name";
    }

    if (is_route(cf, server, &found, &path)) {
        return "is a route of ours: it must be a location of nginx's, with a "
               "proxy_pass for instance";
    }

    return NULL;
}


/* a request with as much as the search for a location looks at */

static ngx_http_request_t *
make_request(ngx_conf_t *cf, ngx_http_core_srv_conf_t *server,
    const ngx_str_t *uri)
{
    ngx_http_request_t         *r;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    r = ngx_pcalloc(cf->temp_pool, sizeof(ngx_http_request_t));
    if (r == NULL) {
        return NULL;
    }

    r->connection = ngx_pcalloc(cf->temp_pool, sizeof(ngx_connection_t));
    r->variables = ngx_pcalloc(cf->temp_pool, (cmcf->variables.nelts + 1)
                                         * sizeof(ngx_http_variable_value_t));

    if (r->connection == NULL || r->variables == NULL) {
        return NULL;
    }

    r->connection->log = cf->log;
    r->pool = cf->temp_pool;
    r->main = r;
    r->main_conf = server->ctx->main_conf;
    r->srv_conf = server->ctx->srv_conf;
    r->loc_conf = server->ctx->loc_conf;
    r->uri = *uri;

    return r;
}


/* the location's own routes, and those of the server that go before it */

static ngx_uint_t
is_route(ngx_conf_t *cf, ngx_http_core_srv_conf_t *server,
    const api_http_location_t *found, const ngx_str_t *path)
{
    void                      *other;
    ngx_uint_t                 i;
    api_conf_level_t          *level, here;
    api_http_route_t         **route;
    api_route_match_t          m;
    api_route_table_t         *table;
    api_route_result_e         result;
    api_http_srv_conf_t       *ascf;

    ascf = server->ctx->srv_conf[ngx_http_api_module.ctx_index];

    if (ascf->routes == NULL) {
        return 0;
    }

    ngx_memzero(&here, sizeof(api_conf_level_t));

    here.clcf = found->loc_conf[ngx_http_core_module.ctx_index];
#if (NGX_PCRE)
    here.in_regex = (here.clcf->regex != NULL);
#endif

    table = api_route_table_create(cf->temp_pool);
    if (table == NULL) {
        return 1;
    }

    route = ascf->routes->elts;
    level = ascf->levels->elts;

    for (i = 0; i < ascf->routes->nelts; i++) {

        if (level[route[i]->home].loc_conf != found->loc_conf
            && !(route[i]->of_server && api_conf_ranks(&here, route[i])))
        {
            continue;
        }

        if (api_route_table_add(table, route[i]->method, &route[i]->pattern,
                                route[i], &other)
            == NGX_ERROR)
        {
            return 1;
        }
    }

    result = api_route_table_match(table, API_METHOD_GET, path, cf->temp_pool,
                                   &m);

    return result == API_ROUTE_FOUND
           || (result != API_ROUTE_NONE && here.clcf->handler == NULL);
}


/*
 * It names the same set in the next configuration, whatever else has changed
 * there; of two servers of one name their places in the files keep them apart.
 */

static ngx_int_t
make_key(ngx_conf_t *cf, const ngx_array_t *sets,
    const api_conf_keyset_t *keyset, ngx_str_t *key)
{
    u_char                           *p;
    ngx_uint_t                        i, twins;
    const ngx_http_core_srv_conf_t   *server, *other;
    api_conf_keyset_t               **all;

    server = keyset->server;
    all = sets->elts;
    twins = 0;

    for (i = 0; i < sets->nelts; i++) {

        other = all[i]->server;

        if (other != NULL && other != server
            && api_str_equal(&other->server_name, &server->server_name)
            && api_str_equal(&all[i]->set.uri, &keyset->set.uri))
        {
            twins = 1;
        }
    }

    key->data = ngx_pnalloc(cf->pool, server->server_name.len
                                      + keyset->set.uri.len
                                      + ngx_strlen(server->file_name)
                                      + NGX_INT_T_LEN + 4);
    if (key->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(key->data, "%V %V", &server->server_name,
                    &keyset->set.uri);

    if (twins) {
        p = ngx_sprintf(p, " %s:%ui", server->file_name, server->line);
    }

    key->len = (size_t) (p - key->data);

    return NGX_OK;
}
