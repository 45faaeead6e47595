
#include "conf/ahead.h"
#include "conf/answer.h"
#include "conf/braces.h"
#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "conf/query.h"


static ngx_uint_t lines_ahead(ngx_conf_t *cf);
static void hint_quotes(ngx_conf_t *cf, const api_http_route_t *route);
static char *check_context(ngx_conf_t *cf,
    const ngx_http_core_loc_conf_t *clcf);
static api_http_route_t *begin_route(ngx_conf_t *cf, ngx_str_t *value,
    const ngx_http_core_loc_conf_t *clcf);
static api_http_route_t *create_route(ngx_conf_t *cf, const ngx_str_t *method,
    const ngx_str_t *path, const ngx_http_core_loc_conf_t *clcf);
static void warn_prefix(ngx_conf_t *cf, const api_http_route_t *route,
    const ngx_str_t *path, const ngx_str_t *prefix);
static const char *check_words(const ngx_str_t *method,
    const ngx_str_t *path, const ngx_http_core_loc_conf_t *clcf);
static ngx_int_t join_path(ngx_conf_t *cf, const ngx_str_t *prefix,
    const ngx_str_t *path, ngx_str_t *full);
static ngx_int_t name_route(ngx_conf_t *cf, api_http_route_t *route,
    const ngx_str_t *method, const ngx_str_t *full);
static ngx_http_conf_ctx_t *create_location(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *pclcf);
static void hint_proxy(ngx_conf_t *cf, const api_http_route_t *route);
static ngx_int_t check_locations(ngx_conf_t *cf,
    const api_http_route_t *route, const ngx_http_conf_ctx_t *ctx);


/* api_route METHOD PATH { }: a nested location, as limit_except makes one */

char *
api_conf_route(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *palcf = conf;

    char                      *rv;
    ngx_str_t                 *value;
    ngx_conf_t                 save;
    api_http_route_t          *route;
    api_http_loc_conf_t       *alcf;
    ngx_http_conf_ctx_t       *ctx, *pctx;
    ngx_http_core_loc_conf_t  *pclcf;

    pctx = cf->ctx;
    pclcf = pctx->loc_conf[ngx_http_core_module.ctx_index];

    rv = check_context(cf, pclcf);

    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, rv);
    }

    if (cf->args->nelts != 3) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "is written: api_route METHOD PATH { … }");
    }

    value = cf->args->elts;

    route = begin_route(cf, value, pclcf);
    if (route == NULL) {
        return NGX_CONF_ERROR;
    }

    ctx = create_location(cf, pclcf);
    if (ctx == NULL) {
        return NGX_CONF_ERROR;
    }

    route->loc_conf = ctx->loc_conf;
    route->parent_loc_conf = pctx->loc_conf;

    alcf = ctx->loc_conf[ngx_http_api_module.ctx_index];
    alcf->route = route;

    palcf->has_routes = 1;

    if (api_conf_query_shared(cf, palcf, route) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    save = *cf;
    cf->ctx = ctx;
    cf->cmd_type = NGX_HTTP_LOC_CONF|API_CONF_INSIDE|lines_ahead(cf);

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    api_conf_place(cf, &route->close);

    if (rv != NGX_CONF_OK) {
        hint_quotes(cf, route);
        hint_proxy(cf, route);
        return rv;
    }

    if (check_locations(cf, route, ctx) != NGX_OK
        || (!route->vague && api_conf_answer(cf, route, ctx) != NGX_OK))
    {
        return api_conf_keep(cf, route, 1);
    }

    return NGX_CONF_OK;
}


/* the bits of what ends in ";" there, and might end in "{" */

static ngx_uint_t
lines_ahead(ngx_conf_t *cf)
{
    ngx_uint_t  bits;

    bits = (api_conf_ahead(cf, "api_body") == API_WORDS_LINE)
           ? API_CONF_LINE : 0;

    return api_conf_ahead(cf, "api_answer") == API_WORDS_LINE
           ? bits|API_CONF_RAW : bits;
}


/*
 * Two quotes in a row, as SQL has them, end a word of nginx's that stands in
 * such quotes: its reader finds what follows "unexpected"
 */

static void
hint_quotes(ngx_conf_t *cf, const api_http_route_t *route)
{
    u_char      quote;
    ngx_buf_t  *b;

    b = cf->conf_file->buffer;

    if (b->pos - b->start < 2) {
        return;
    }

    quote = b->pos[-2];

    if ((quote != '\'' && quote != '"') || b->pos[-1] <= ' '
        || ngx_strchr(";{)", b->pos[-1]) != NULL)
    {
        return;
    }

    api_conf_wrong_byte(cf, 2, "api_route \"%V\": to nginx this quote ends "
                        "what one like it began: write \\%c inside, or put "
                        "the statement into %s quotes", &route->name, quote,
                        quote == '"' ? "single" : "double");
}


static char *
check_context(ngx_conf_t *cf, const ngx_http_core_loc_conf_t *clcf)
{
    if (cf->cmd_type == NGX_HTTP_MAIN_CONF) {
        return "belongs in a server { } or a location { }";
    }

    if (cf->cmd_type & API_CONF_INSIDE) {
        return "cannot be inside another api_route: close that one first";
    }

    if (cf->cmd_type != NGX_HTTP_SRV_CONF
        && cf->cmd_type != NGX_HTTP_LOC_CONF)
    {
        return "cannot be inside \"if\" or limit_except: declare it in the "
               "location, and put the condition into the route";
    }

    if (clcf->named) {
        return "cannot be inside a named location, which has no path of its "
               "own: declare it in the server or in a location with a prefix";
    }

#if (NGX_PCRE)
    if (clcf->regex) {
        return "cannot be inside a location given by a regular expression: "
               "use a location with a prefix, and \":name\" for what varies";
    }
#endif

    if (clcf->exact_match) {
        return "cannot be inside an exact location: drop the \"=\" of the "
               "location, or declare the route in the server";
    }

    return NULL;
}


static api_http_route_t *
begin_route(ngx_conf_t *cf, ngx_str_t *value,
    const ngx_http_core_loc_conf_t *clcf)
{
    ngx_int_t          rc;
    api_place_t        place;
    api_http_route_t  *route;

    api_conf_place(cf, &place);
    rc = api_conf_braces(cf, &value[2]);

    route = (rc != NGX_ERROR) ? create_route(cf, &value[1], &value[2], clcf)
                              : NULL;

    /* behind the first brace its words can be found again */

    if (route != NULL && rc == NGX_OK) {
        route->place = place;
    }

    return route;
}


static api_http_route_t *
create_route(ngx_conf_t *cf, const ngx_str_t *method, const ngx_str_t *path,
    const ngx_http_core_loc_conf_t *clcf)
{
    ngx_int_t              rc;
    ngx_str_t              full;
    ngx_uint_t             bit;
    const char            *why;
    api_http_route_t      *route;
    api_http_main_conf_t  *amcf;

    why = check_words(method, path, clcf);
    full = *path;

    route = ngx_pcalloc(cf->pool, sizeof(api_http_route_t));

    if (route == NULL
        || (why == NULL && join_path(cf, &clcf->name, path, &full) != NGX_OK)
        || name_route(cf, route, method, &full) != NGX_OK)
    {
        return NULL;
    }

    rc = NGX_DECLINED;

    if (why == NULL) {
        rc = api_pattern_parse(cf->pool, &full, &route->pattern, &why);
    }

    if (rc == NGX_DECLINED) {
        bit = api_route_method(method);

        api_conf_wrong(cf, (bit == 0 || bit == API_METHOD_HEAD) ? 1 : 2,
                       "api_route \"%V\": %s", &route->name, why);

        /* what is in its block may have faults, too */

        if (api_conf_keep(cf, route, 1) != NGX_CONF_OK) {
            return NULL;
        }

    } else if (rc != NGX_OK) {
        return NULL;
    }

    api_conf_place(cf, &route->place);

    if (why == NULL) {
        warn_prefix(cf, route, path, &clcf->name);
    }

    if (ngx_array_init(&route->inputs, cf->pool, 4, sizeof(api_http_input_t))
        != NGX_OK
        || ngx_array_init(&route->queries, cf->pool, 1,
                          sizeof(api_http_query_t))
           != NGX_OK)
    {
        return NULL;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    route->index = amcf->nroutes++;
    route->method = api_route_method(method);
    route->status = NGX_CONF_UNSET_UINT;
    route->answer = NGX_CONF_UNSET_UINT;

    return route;
}


/* location /api { api_route GET /api/users }: a location in one repeats its
   name, a route does not */

static void
warn_prefix(ngx_conf_t *cf, const api_http_route_t *route,
    const ngx_str_t *path, const ngx_str_t *prefix)
{
    size_t       len;
    api_place_t  place;

    len = prefix->len;

    while (len > 0 && prefix->data[len - 1] == '/') {
        len--;
    }

    if (len == 0 || path->len <= len + 1 || path->data[len] != '/'
        || ngx_memcmp(path->data, prefix->data, len) != 0)
    {
        return;
    }

    place = route->place;
    place.word = 2;

    api_conf_log(NGX_LOG_WARN, cf, &place, "api_route \"%V\": its path goes on "
                 "from the location's name \"%V\", which is there twice now: "
                 "if that is not meant, leave it out", &route->name, prefix);
}


static const char *
check_words(const ngx_str_t *method, const ngx_str_t *path,
    const ngx_http_core_loc_conf_t *clcf)
{
    size_t      i;
    ngx_uint_t  bit;

    bit = api_route_method(method);

    if (bit == API_METHOD_HEAD) {
        return "HEAD follows GET: declare the GET route, and HEAD is "
               "answered, too";
    }

    if (bit == 0) {
        return "the method must be GET, POST, PUT, PATCH, DELETE or OPTIONS, "
               "in capitals, and comes before the path";
    }

    if (path->len == 0 || path->data[0] != '/') {
        return "the path must begin with \"/\"; it goes on from the "
               "location's name";
    }

    if (path->len > 1 && path->data[path->len - 1] == '/') {
        return "the path must not end with \"/\"; and what varies is written "
               "\":name\", as nginx ends a word at \"{\"";
    }

    for (i = 1; i < clcf->name.len; i++) {

        if (clcf->name.data[i - 1] == '/'
            && (clcf->name.data[i] == ':' || clcf->name.data[i] == '*'))
        {
            return "the location's name has a segment that begins with \":\" "
                   "or \"*\", which nginx compares letter by letter: write "
                   "what varies in api_route's own path";
        }
    }

    return NULL;
}


static ngx_int_t
join_path(ngx_conf_t *cf, const ngx_str_t *prefix, const ngx_str_t *path,
    ngx_str_t *full)
{
    size_t   len;
    u_char  *p;

    len = prefix->len;

    while (len > 0 && prefix->data[len - 1] == '/') {
        len--;
    }

    if (path->len == 1 && len > 0) {
        full->data = prefix->data;
        full->len = len;
        return NGX_OK;
    }

    full->len = len + path->len;
    full->data = ngx_pnalloc(cf->pool, full->len + 1);
    if (full->data == NULL) {
        return NGX_ERROR;
    }

    p = full->data;

    if (len > 0) {
        p = ngx_cpymem(p, prefix->data, len);
    }

    p = ngx_cpymem(p, path->data, path->len);
    *p = '\0';

    return NGX_OK;
}


static ngx_int_t
name_route(ngx_conf_t *cf, api_http_route_t *route, const ngx_str_t *method,
    const ngx_str_t *full)
{
    u_char  *p;

    route->name.len = method->len + 1 + full->len;
    route->name.data = ngx_pnalloc(cf->pool, route->name.len + 1);
    if (route->name.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(route->name.data, "%V %V", method, full);
    *p = '\0';

    return NGX_OK;
}


static ngx_http_conf_ctx_t *
create_location(ngx_conf_t *cf, ngx_http_core_loc_conf_t *pclcf)
{
    void                      *mconf;
    ngx_uint_t                 i;
    ngx_module_t              *module;
    ngx_http_module_t         *http;
    ngx_http_conf_ctx_t       *ctx, *pctx;
    ngx_http_core_loc_conf_t  *clcf;

    ctx = ngx_pcalloc(cf->pool, sizeof(ngx_http_conf_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    pctx = cf->ctx;
    ctx->main_conf = pctx->main_conf;
    ctx->srv_conf = pctx->srv_conf;

    ctx->loc_conf = ngx_pcalloc(cf->pool, sizeof(void *) * ngx_http_max_module);
    if (ctx->loc_conf == NULL) {
        return NULL;
    }

    for (i = 0; cf->cycle->modules[i]; i++) {

        module = cf->cycle->modules[i];

        if (module->type != NGX_HTTP_MODULE) {
            continue;
        }

        http = module->ctx;

        if (http->create_loc_conf == NULL) {
            continue;
        }

        mconf = http->create_loc_conf(cf);
        if (mconf == NULL) {
            return NULL;
        }

        ctx->loc_conf[module->ctx_index] = mconf;
    }

    clcf = ctx->loc_conf[ngx_http_core_module.ctx_index];
    clcf->loc_conf = ctx->loc_conf;
    clcf->name = pclcf->name;
    clcf->noname = 1;

    if (ngx_http_add_location(cf, &pclcf->locations, clcf) != NGX_OK) {
        return NULL;
    }

    return ctx;
}


/* to nginx a route is a block without a name, and its sentence about a URI of
   proxy_pass speaks of others; the words that failed are still there */

static void
hint_proxy(ngx_conf_t *cf, const api_http_route_t *route)
{
    u_char     *p, *last;
    ngx_str_t  *value;

    value = cf->args->elts;

    if (cf->args->nelts != 2 || !api_str_is(&value[0], "proxy_pass")) {
        return;
    }

    last = value[1].data + value[1].len;

    p = ngx_strlcasestrn(value[1].data, last, api_unconst("://"), 2);

    if (p == NULL
        || ngx_strncasecmp(p + 3, api_unconst("unix:"), 5) == 0
        || ngx_strlchr(p + 3, last, '/') == NULL)
    {
        return;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &route->place,
                 "api_route \"%V\": proxy_pass of a route has no URI, it "
                 "sends the path as it is; for another one write "
                 "\"rewrite ^ /path break;\" before it",
                 &route->name);
}


static ngx_int_t
check_locations(ngx_conf_t *cf, const api_http_route_t *route,
    const ngx_http_conf_ctx_t *ctx)
{
    ngx_queue_t                *q;
    ngx_http_core_loc_conf_t   *clcf, *inner;
    ngx_http_location_queue_t  *lq;

    clcf = ctx->loc_conf[ngx_http_core_module.ctx_index];

    if (clcf->locations == NULL) {
        return NGX_OK;
    }

    for (q = ngx_queue_head(clcf->locations);
         q != ngx_queue_sentinel(clcf->locations);
         q = ngx_queue_next(q))
    {
        lq = ngx_queue_data(q, ngx_http_location_queue_t, queue);
        inner = lq->exact ? lq->exact : lq->inclusive;

        if (inner->noname) {
            continue;
        }

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "api_route \"%V\" holds the location \"%V\": a route is "
                      "one path, so put the location beside it in %s:%ui",
                      &route->name, &inner->name, lq->file_name, lq->line);

        return NGX_ERROR;
    }

    return NGX_OK;
}
