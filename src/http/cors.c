
#include "http/cors.h"
#include "http/headers.h"
#include "http/respond.h"


static const api_http_cors_loc_conf_t *conf_of(ngx_http_request_t *r);
static ngx_int_t add_headers(ngx_http_request_t *r);
static ngx_int_t add_origin(ngx_http_request_t *r,
    const api_http_cors_t *cors);
static ngx_uint_t is_allowed(const api_http_cors_t *cors,
    const ngx_str_t *origin);
static ngx_uint_t is_origin(const api_http_origin_t *allowed,
    const ngx_str_t *origin);
static ngx_uint_t has_labels(const u_char *p, const u_char *last);
static ngx_int_t add_preflight(api_http_ctx_t *ctx,
    const api_http_cors_loc_conf_t *clcf);
static ngx_int_t add_methods(api_http_ctx_t *ctx);
static void take_out(ngx_http_request_t *r, const ngx_str_t *name);


static const ngx_str_t  origin_name = ngx_string("Origin");
static const ngx_str_t  asked_method =
                                 ngx_string("Access-Control-Request-Method");
static const ngx_str_t  asked_private =
                         ngx_string("Access-Control-Request-Private-Network");

static const ngx_str_t  allow_origin =
                                   ngx_string("Access-Control-Allow-Origin");
static const ngx_str_t  allow_credentials =
                              ngx_string("Access-Control-Allow-Credentials");
static const ngx_str_t  allow_methods =
                                  ngx_string("Access-Control-Allow-Methods");
static const ngx_str_t  allow_headers =
                                  ngx_string("Access-Control-Allow-Headers");
static const ngx_str_t  allow_private =
                          ngx_string("Access-Control-Allow-Private-Network");
static const ngx_str_t  expose_headers =
                                 ngx_string("Access-Control-Expose-Headers");
static const ngx_str_t  max_age = ngx_string("Access-Control-Max-Age");
static const ngx_str_t  vary = ngx_string("Vary");

static const ngx_str_t  is_true = ngx_string("true");

static ngx_http_output_header_filter_pt  next_header;


api_http_chapter_t  api_http_cors_chapter = {
    .name = "cors"
};


void
api_http_cors_filter_init(void)
{
    next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = add_headers;
}


/* that of the location, or of the route that an error_page has led out of */

static const api_http_cors_loc_conf_t *
conf_of(ngx_http_request_t *r)
{
    const api_http_ctx_t            *ctx;
    const api_http_cors_loc_conf_t  *clcf;

    clcf = api_http_chapter_conf(r->loc_conf, &api_http_cors_chapter);

    if (clcf->cors != NULL || !r->error_page) {
        return clcf;
    }

    for (ctx = api_http_ctx_seen(r); ctx != NULL; ctx = ctx->previous) {
        if (ctx->route != NULL) {
            return api_http_chapter_conf(ctx->route->loc_conf,
                                         &api_http_cors_chapter);
        }
    }

    return clcf;
}


/* of every answer: a page must be able to read why it was refused */

static ngx_int_t
add_headers(ngx_http_request_t *r)
{
    const api_http_cors_t  *cors;

    if (r != r->main) {
        return next_header(r);
    }

    cors = conf_of(r)->cors;

    if (cors == NULL || !api_http_ctx_covers(r)) {
        return next_header(r);
    }

    return add_origin(r, cors) == NGX_OK ? next_header(r) : NGX_ERROR;
}


static ngx_int_t
add_origin(ngx_http_request_t *r, const api_http_cors_t *cors)
{
    const api_http_ctx_t   *ctx;
    const ngx_table_elt_t  *origin;

    static const ngx_str_t  any = ngx_string("*");

    /* an upstream's own would be a second */

    take_out(r, &allow_origin);
    take_out(r, &allow_credentials);
    take_out(r, &expose_headers);

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (!cors->any && (ctx == NULL || !ctx->preflight)
        && api_http_headers_add(r, &vary, &origin_name) != NGX_OK)
    {
        return NGX_ERROR;
    }

    origin = api_http_headers_sent(r, &origin_name);

    if (!cors->any && (origin == NULL || !is_allowed(cors, &origin->value))) {
        return NGX_OK;
    }

    if (api_http_headers_add(r, &allow_origin,
                             cors->any ? &any : &origin->value)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (cors->credentials
        && api_http_headers_add(r, &allow_credentials, &is_true) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ctx != NULL && ctx->preflight
           ? NGX_OK : api_http_headers_add(r, &expose_headers, &cors->expose);
}


static ngx_uint_t
is_allowed(const api_http_cors_t *cors, const ngx_str_t *origin)
{
    ngx_uint_t                i;
    const api_http_origin_t  *allowed;

    if (cors->any) {
        return 1;
    }

    allowed = cors->origins.elts;

    for (i = 0; i < cors->origins.nelts; i++) {
        if (is_origin(&allowed[i], origin)) {
            return 1;
        }
    }

    return 0;
}


/* scheme and host are the same in any case (RFC 6454, section 4) */

static ngx_uint_t
is_origin(const api_http_origin_t *allowed, const ngx_str_t *origin)
{
    u_char  *host, *last;

    if (origin->len < allowed->scheme.len + allowed->host.len
        || ngx_strncasecmp(origin->data, allowed->scheme.data,
                           allowed->scheme.len)
           != 0)
    {
        return 0;
    }

    host = origin->data + allowed->scheme.len;
    last = origin->data + origin->len - allowed->host.len;

    if (ngx_strncasecmp(last, allowed->host.data, allowed->host.len) != 0) {
        return 0;
    }

    return allowed->wild ? has_labels(host, last) : host == last;
}


/* one at least, and nothing that would make another host of it */

static ngx_uint_t
has_labels(const u_char *p, const u_char *last)
{
    u_char  ch, before;

    if (p == last) {
        return 0;
    }

    for (before = '.'; p < last; p++) {

        ch = *p;

        if ((ch == '.' && before == '.')
            || !((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
                 || (ch >= '0' && ch <= '9')
                 || ch == '-' || ch == '_' || ch == '.'))
        {
            return 0;
        }

        before = ch;
    }

    return before != '.';
}


ngx_int_t
api_http_cors_preflight(api_http_ctx_t *ctx)
{
    ngx_int_t                        rc;
    ngx_http_request_t              *r;
    const ngx_table_elt_t           *origin;
    const api_http_cors_loc_conf_t  *clcf;

    static const ngx_str_t  varies = ngx_string("Origin, "
        "Access-Control-Request-Method, Access-Control-Request-Headers");

    r = ctx->request;
    clcf = conf_of(r);

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (api_http_headers_add(r, &vary, &varies) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    origin = api_http_headers_sent(r, &origin_name);

    /* from elsewhere it is told nothing, and the browser refuses */

    if (origin != NULL && is_allowed(clcf->cors, &origin->value)
        && add_preflight(ctx, clcf) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->none = NGX_HTTP_NO_CONTENT;

    return api_http_respond_answer(ctx);
}


static ngx_int_t
add_preflight(api_http_ctx_t *ctx, const api_http_cors_loc_conf_t *clcf)
{
    ngx_http_request_t     *r;
    const ngx_table_elt_t  *private;

    r = ctx->request;

    if (add_methods(ctx) != NGX_OK
        || api_http_headers_add(r, &allow_headers, &clcf->headers) != NGX_OK
        || api_http_headers_add(r, &max_age, &clcf->cors->max_age) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!clcf->cors->private_network) {
        return NGX_OK;
    }

    private = api_http_headers_sent(r, &asked_private);

    return private != NULL && api_str_equal(&private->value, &is_true)
           ? api_http_headers_add(r, &allow_private, &is_true) : NGX_OK;
}


/* where no route takes the path the request itself is to be told so */

static ngx_int_t
add_methods(api_http_ctx_t *ctx)
{
    ngx_str_t               methods, line;
    const ngx_table_elt_t  *asked;

    if (ctx->allow == 0) {
        asked = api_http_headers_sent(ctx->request, &asked_method);

        return asked == NULL ? NGX_OK
               : api_http_headers_line(ctx->request->pool, &asked->value,
                                       &line) != NGX_OK ? NGX_ERROR
               : api_http_headers_add(ctx->request, &allow_methods, &line);
    }

    methods.data = ngx_pnalloc(ctx->request->pool, API_ROUTE_ALLOW_LEN);
    if (methods.data == NULL) {
        return NGX_ERROR;
    }

    methods.len = api_route_allow(ctx->allow, methods.data);

    return api_http_headers_add(ctx->request, &allow_methods, &methods);
}


ngx_uint_t
api_http_cors_trusts(ngx_http_request_t *r)
{
    const api_http_cors_t  *cors;
    const ngx_table_elt_t  *origin;

    cors = conf_of(r)->cors;

    if (cors == NULL || !cors->credentials) {
        return 0;
    }

    origin = api_http_headers_sent(r, &origin_name);

    return origin != NULL && is_allowed(cors, &origin->value);
}


static void
take_out(ngx_http_request_t *r, const ngx_str_t *name)
{
    ngx_table_elt_t          *h;
    api_http_headers_walk_t   walk;

    api_http_headers_begin(&walk, &r->headers_out.headers);

    while ((h = api_http_headers_next(&walk, name)) != NULL) {
        h->hash = 0;
    }
}
