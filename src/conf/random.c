
/*
 * api_random: names for SQL and for answers whose values nobody can foresee.
 * They are made when somebody asks for them first, and stay the same for the
 * request.
 */

#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/place.h"
#include "conf/source.h"
#include "auth/base64url.h"
#include "auth/random.h"
#include "http/chapter.h"
#include "http/source.h"
#include "http/vars.h"


/* a name of it follows */
#define VARIABLE      "api_random_"

#define RANDOM_LEAST  8
#define RANDOM_MOST   1024


typedef struct {
    api_http_made_t     made;       /* $name */
    size_t              bytes;
} random_t;


/* a route's own: nothing flows down to it */
typedef struct {
    ngx_array_t         list;       /* of random_t; elts NULL: none */
} random_loc_conf_t;


static void *create_loc(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static const char *directive_of(const api_http_route_t *route);
static char *read_random(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_words(ngx_conf_t *cf, random_t *random);
static ngx_array_t *list_of(const api_http_route_t *route);
static api_http_made_t *made(const api_http_route_t *route, ngx_uint_t n);
static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);
static ngx_int_t made_of(api_http_ctx_t *ctx, ngx_uint_t index,
    ngx_str_t *out);
static ngx_int_t show(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data);
static ngx_int_t make(ngx_pool_t *pool, size_t bytes, ngx_str_t *out);


static ngx_command_t  commands[] = {

    /* route */

    { ngx_string("api_random"),
      API_CONF_ANYWHERE|NGX_CONF_ANY,
      read_random,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    add_chapter,                           /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_random_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
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


static const ngx_http_variable_t  variables[] = {
    { ngx_string(VARIABLE), NULL, show, 0,
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },
    { ngx_null_string, NULL, NULL, 0, 0, 0 }
};

static api_http_chapter_t  chapter = {
    .name = "random",
    .idle = directive_of
};

static const api_http_source_t  of_requests = {
    .name = "a random text",
    .value = value,
    .type = api_http_source_text
};

static const api_conf_source_t  source = {
    .source = &of_requests,
    .made = made,
    .directive = "api_random",
    .thing = "api_random",
    .variable = VARIABLE
};


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(random_loc_conf_t));
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    if (api_http_chapter_add(cf, &chapter) != NGX_OK
        || api_http_vars_add_list(cf, variables) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_conf_source_add(cf, &source);
}


static const char *
directive_of(const api_http_route_t *route)
{
    return list_of(route)->nelts != 0 ? "api_random" : NULL;
}


/* api_random $name BYTES */

static char *
read_random(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    random_loc_conf_t *rlcf = conf;

    char                 *rv;
    ngx_str_t            *value;
    random_t             *random, read;
    const char           *why;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);

    rv = api_conf_inside(cf, alcf);
    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, rv);
    }

    if (cf->args->nelts != 3) {
        return api_conf_keep_whole(cf, cmd, alcf->route,
                                   "is written: api_random $name BYTES, as "
                                   "api_random $token 32");
    }

    value = cf->args->elts;
    why = read_words(cf, &read);

    if (why != NULL) {
        api_conf_wrong(cf, 1, "api_random %V %V: %s", &value[1], &value[2],
                       why);
        return api_conf_keep(cf, alcf->route, 1);
    }

    if (rlcf->list.elts == NULL
        && ngx_array_init(&rlcf->list, cf->pool, 1, sizeof(random_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    random = ngx_array_push(&rlcf->list);
    if (random == NULL) {
        return NGX_CONF_ERROR;
    }

    *random = read;

    return NGX_CONF_OK;
}


static const char *
read_words(ngx_conf_t *cf, random_t *random)
{
    ngx_int_t    n;
    ngx_str_t   *value;
    const char  *why;

    ngx_memzero(random, sizeof(random_t));
    api_conf_place(cf, &random->made.place);

    value = cf->args->elts;

    if (api_conf_name_dollar(&value[1], &random->made.name) != NULL) {
        return "the name begins with \"$\"";
    }

    why = api_conf_name(&random->made.name);
    if (why != NULL) {
        return why;
    }

    n = ngx_atoi(value[2].data, value[2].len);

    if (n < RANDOM_LEAST || n > RANDOM_MOST) {
        return "the number of random bytes must be from 8 to 1024: 32 are "
               "beyond guessing";
    }

    random->bytes = (size_t) n;

    return NULL;
}


static ngx_array_t *
list_of(const api_http_route_t *route)
{
    random_loc_conf_t  *rlcf;

    rlcf = route->loc_conf[ngx_http_api_random_module.ctx_index];

    return &rlcf->list;
}


static api_http_made_t *
made(const api_http_route_t *route, ngx_uint_t n)
{
    random_t  *random;

    random = list_of(route)->elts;

    return n < list_of(route)->nelts ? &random[n].made : NULL;
}


static ngx_int_t
value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_value_t *out)
{
    return made_of(ctx, api_http_source_bind(ctx->route, step, n)->index,
                   &out->text);
}


/* the first who asks makes the text, and it stays for the whole request */

static ngx_int_t
made_of(api_http_ctx_t *ctx, ngx_uint_t index, ngx_str_t *out)
{
    random_t      *random;
    ngx_str_t     *texts;
    ngx_array_t   *list;

    list = list_of(ctx->route);
    random = list->elts;
    texts = api_http_chapter_of(ctx, &chapter);

    if (texts == NULL) {
        texts = ngx_pcalloc(ctx->request->pool,
                            list->nelts * sizeof(ngx_str_t));
        if (texts == NULL) {
            return NGX_ERROR;
        }

        api_http_chapter_of(ctx, &chapter) = texts;
    }

    if (texts[index].data == NULL
        && make(ctx->request->pool, random[index].bytes, &texts[index])
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    *out = texts[index];

    return NGX_OK;
}


/* $api_random_NAME, for headers */

static ngx_int_t
show(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t        name, text;
    random_t        *random;
    ngx_uint_t       i;
    api_http_ctx_t  *ctx;

    name.data = ((ngx_str_t *) data)->data + sizeof(VARIABLE) - 1;
    name.len = ((ngx_str_t *) data)->len - (sizeof(VARIABLE) - 1);

    v->not_found = 1;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (ctx == NULL || ctx->route == NULL) {
        return NGX_OK;
    }

    random = list_of(ctx->route)->elts;

    for (i = 0; i < list_of(ctx->route)->nelts; i++) {

        if (random[i].made.name.len != name.len
            || ngx_strncasecmp(random[i].made.name.data, name.data, name.len)
               != 0)
        {
            continue;
        }

        if (made_of(ctx, i, &text) != NGX_OK) {
            return NGX_ERROR;
        }

        v->not_found = 0;
        v->valid = 1;
        v->no_cacheable = 0;
        v->data = text.data;
        v->len = (unsigned) (text.len & 0xfffffff);
    }

    return NGX_OK;
}


static ngx_int_t
make(ngx_pool_t *pool, size_t bytes, ngx_str_t *out)
{
    u_char  *p, raw[RANDOM_MOST];

    p = ngx_pnalloc(pool, api_auth_base64url_size(bytes) + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    api_random_bytes(raw, bytes);

    out->data = p;
    p = api_auth_base64url_encode(p, raw, bytes);
    *p = '\0';
    out->len = (size_t) (p - out->data);

    ngx_explicit_memzero(raw, bytes);

    return NGX_OK;
}
