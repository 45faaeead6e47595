
#include "http/request_id.h"
#include "http/headers.h"
#include "http/vars.h"
#include "auth/random.h"


/* characters of an id that was sent, at most */
#define REQUEST_ID_MAX    128

/* bytes of an id that is made */
#define REQUEST_ID_BYTES  16


/* of http { } */
typedef struct {
    ngx_int_t           index;      /* of nginx's $request_id */
} main_conf_t;


static void *create_main(ngx_conf_t *cf);
static ngx_int_t preconfigure(ngx_conf_t *cf);
static ngx_int_t postconfigure(ngx_conf_t *cf);
static ngx_int_t get_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t add_header(ngx_http_request_t *r);
static const ngx_str_t *find_sent(ngx_http_request_t *r);
static const ngx_str_t *make(ngx_http_request_t *r);
static u_char *draw(void);
static ngx_uint_t is_sane(const ngx_str_t *id);


static const ngx_str_t  header_name = ngx_string("X-Request-Id");


static ngx_http_module_t  module_ctx = {
    preconfigure,                          /* preconfiguration */
    postconfigure,                         /* postconfiguration */

    create_main,                           /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


/* its place among the filters is behind those of others, see ./config */

ngx_module_t  ngx_http_api_request_id_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* its slot: const ngx_str_t *, the id once somebody has asked for it */
static api_http_chapter_t  chapter = { .name = "request_id" };

static const ngx_http_variable_t  variables[] = {
    { ngx_string("api_request_id"), NULL, get_variable, 0, 0, 0 },
    { ngx_null_string, NULL, NULL, 0, 0, 0 }
};

static ngx_http_output_header_filter_pt  next_header;


static void *
create_main(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(main_conf_t));
}


static ngx_int_t
preconfigure(ngx_conf_t *cf)
{
    ngx_str_t     name;
    main_conf_t  *mcf;

    if (api_http_chapter_add(cf, &chapter) != NGX_OK
        || api_http_vars_add_list(cf, variables) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* an indexed variable is made once a request: the log shows the same id */

    mcf = ngx_http_conf_get_module_main_conf(cf,
                                             ngx_http_api_request_id_module);

    ngx_str_set(&name, "request_id");

    mcf->index = ngx_http_get_variable_index(cf, &name);

    return mcf->index == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
postconfigure(ngx_conf_t *cf)
{
    (void) cf;

    next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = add_header;

    return NGX_OK;
}


static ngx_int_t
get_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    api_http_ctx_t   *ctx;
    const ngx_str_t  *id;

    (void) data;

    ctx = api_http_ctx_aside(r);

    if (ctx == NULL) {
        return NGX_ERROR;
    }

    id = api_http_request_id(ctx);

    v->data = id->data;
    v->len = (unsigned) (id->len & 0xfffffff);
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


/* one header, with the id of the log: a header of an upstream would be a
   second one */

static ngx_int_t
add_header(ngx_http_request_t *r)
{
    api_http_ctx_t           *ctx;
    ngx_table_elt_t          *h;
    const ngx_str_t          *id;
    api_http_headers_walk_t   walk;

    if (r != r->main || !api_http_ctx_covers(r)) {
        return next_header(r);
    }

    ctx = api_http_ctx_get(r);

    if (ctx == NULL) {
        return NGX_ERROR;
    }

    id = api_http_request_id(ctx);

    api_http_headers_begin(&walk, &r->headers_out.headers);

    h = api_http_headers_next(&walk, &header_name);

    if (h == NULL) {
        return api_http_headers_add(r, &header_name, id) == NGX_OK
               ? next_header(r) : NGX_ERROR;
    }

    h->value = *id;

    while ((h = api_http_headers_next(&walk, &header_name)) != NULL) {
        h->hash = 0;
    }

    return next_header(r);
}


const ngx_str_t *
api_http_request_id(api_http_ctx_t *ctx)
{
    const ngx_str_t  *id;

    id = api_http_chapter_of(ctx, &chapter);

    if (id == NULL) {
        id = find_sent(ctx->request);

        if (id == NULL) {
            id = make(ctx->request->main);
        }

        api_http_chapter_of(ctx, &chapter) = api_unconst(id);
    }

    return id;
}


static const ngx_str_t *
find_sent(ngx_http_request_t *r)
{
    const ngx_table_elt_t  *h;

    h = api_http_headers_sent(r, &header_name);

    return (h != NULL && is_sane(&h->value)) ? &h->value : NULL;
}


/*
 * nginx's own $request_id, as nginx makes it, but for asking OpenSSL 16 bytes
 * at a time: that is dearer than parsing the request.
 */

static const ngx_str_t *
make(ngx_http_request_t *r)
{
    u_char                     *text;
    ngx_str_t                  *id;
    main_conf_t                *mcf;
    ngx_http_variable_value_t  *vv;

    static const ngx_str_t  none = ngx_null_string;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_api_request_id_module);

    id = ngx_palloc(r->pool, sizeof(ngx_str_t) + 2 * REQUEST_ID_BYTES);
    if (id == NULL) {
        return &none;
    }

    vv = &r->variables[mcf->index];

    if (!vv->valid && !vv->not_found) {

        text = (u_char *) (id + 1);
        (void) ngx_hex_dump(text, draw(), REQUEST_ID_BYTES);

        vv->data = text;
        vv->len = 2 * REQUEST_ID_BYTES;
        vv->valid = 1;
        vv->no_cacheable = 0;
        vv->not_found = 0;
    }

    vv = ngx_http_get_indexed_variable(r, (ngx_uint_t) mcf->index);

    if (vv == NULL || vv->not_found) {
        return &none;
    }

    id->data = vv->data;
    id->len = vv->len;

    return id;
}


/*
 * So many unpredictable bytes, to be copied at once: drawn for many requests at
 * a time, and never before the fork that made the worker, for no other process
 * has requests.
 */

static u_char *
draw(void)
{
    static u_char  bytes[64 * REQUEST_ID_BYTES];
    static size_t  left;                 /* of them, not given out */

    if (left == 0) {
        api_random_bytes(bytes, sizeof(bytes));
        left = sizeof(bytes);
    }

    left -= REQUEST_ID_BYTES;

    return &bytes[left];
}


static ngx_uint_t
is_sane(const ngx_str_t *id)
{
    u_char  ch;
    size_t  i;

    if (id->len == 0 || id->len > REQUEST_ID_MAX) {
        return 0;
    }

    for (i = 0; i < id->len; i++) {
        ch = id->data[i];

        if (!((ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z')
              || (ch >= '0' && ch <= '9')
              || ch == '.' || ch == '_' || ch == '-'))
        {
            return 0;
        }
    }

    return 1;
}
