
/*
 * api_cors: its module, its words and lines, and what a preflight of each
 * route allows.
 */

#include "conf/block.h"
#include "conf/directives.h"
#include "conf/either.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/origin.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "http/cors.h"
#include "http/jwt.h"


/* whatever of these a route does not use it does not look at either */
#define CORS_HEADERS                                                          \
    "Content-Type, Authorization, Idempotency-Key, If-Match, "                \
    "If-None-Match, Prefer, X-Request-Id"

#define CORS_EXPOSE                                                           \
    "Link, ETag, Location, Retry-After, X-Request-Id, X-Total-Count, "        \
    "Preference-Applied, Idempotency-Replayed"

/* as it is read */
typedef struct {
    api_http_cors_t  *cors;
    ngx_array_t       headers;       /* of ngx_str_t */
    ngx_array_t       expose;
    ngx_uint_t        credentials;
    ngx_uint_t        max_age;       /* ms */
    ngx_uint_t        private_network;
} cors_read_t;


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t preconfigure(ngx_conf_t *cf);
static ngx_int_t postconfigure(ngx_conf_t *cf);
static char *read_cors(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_origins(ngx_conf_t *cf, api_http_cors_t *cors,
    ngx_uint_t *word);
static char *read_lines(ngx_conf_t *cf, api_http_cors_t *cors,
    ngx_uint_t open);
static char *set_header(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *finish(ngx_conf_t *cf, cors_read_t *read);
static ngx_int_t join(ngx_pool_t *pool, const char *first,
    const ngx_array_t *names, ngx_str_t *line);
static ngx_int_t allow_headers(ngx_conf_t *cf, api_http_route_t *route);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_cors"),
      API_CONF_LEVELS|NGX_CONF_ANY,
      read_cors,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    preconfigure,                          /* preconfiguration */
    postconfigure,                         /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_cors_module = {
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


static const api_conf_word_t  switches[] = {
    { "on", 1 }, { "off", 0 }, { NULL, 0 }
};

static const api_conf_setting_t  settings[] = {

    { .name = ngx_string("credentials"), .set = api_conf_block_word,
      .offset = offsetof(cors_read_t, credentials), .fallback = "off",
      .words = switches, .must = "must be on or off" },

    { .name = ngx_string("headers"), .set = set_header,
      .offset = offsetof(cors_read_t, headers), .many = 1 },

    { .name = ngx_string("expose"), .set = set_header,
      .offset = offsetof(cors_read_t, expose), .many = 1 },

    { .name = ngx_string("max_age"), .set = api_conf_block_time,
      .offset = offsetof(cors_read_t, max_age), .fallback = "2h",
      .min = 1000, .max = API_CONF_BLOCK_TIME_MAX },

    { .name = ngx_string("private_network"), .set = api_conf_block_word,
      .offset = offsetof(cors_read_t, private_network), .fallback = "off",
      .words = switches, .must = "must be on or off" },

    { .name = ngx_null_string }
};

/* of routes that a handler of nginx answers, too; when inputs are known */
static const api_conf_pass_t  pass = {
    "cors", allow_headers, .after = "inputs"
};

/* while http { } is read: whether the next one has a block */
static api_conf_either_t  either;

/* and whether there is one at all */
static ngx_uint_t  used;


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_cors_loc_conf_t));
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    api_http_cors_loc_conf_t *prev = parent;
    api_http_cors_loc_conf_t *conf = child;

    api_http_loc_conf_t  *alcf;

    if (conf->cors == NULL) {
        *conf = *prev;

    } else if (conf->cors->off) {
        conf->cors = NULL;
    }

    if (conf->cors == NULL) {
        return NGX_CONF_OK;
    }

    /* of what no route takes; a route's own are joined in its pass */

    conf->headers = conf->cors->headers;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->preflight = api_http_cors_preflight;

    return NGX_CONF_OK;
}


static ngx_int_t
preconfigure(ngx_conf_t *cf)
{
    used = 0;
    api_http_cors_chapter.module = &ngx_http_api_cors_module;

    if (api_http_chapter_add(cf, &api_http_cors_chapter) != NGX_OK
        || api_conf_pass_add(cf, &pass) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_conf_either_begin(cf, &commands[0], &either);
}


static ngx_int_t
postconfigure(ngx_conf_t *cf)
{
    (void) cf;

    if (used) {
        api_http_cors_filter_init();
    }

    return NGX_OK;
}


/* api_cors ORIGIN ...; or api_cors ORIGIN ... { } or api_cors off; */

static char *
read_cors(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_cors_loc_conf_t *clcf = conf;

    ngx_uint_t            open, word;
    const char           *why;
    api_http_cors_t      *cors;
    api_http_loc_conf_t  *alcf;

    (void) cmd;

    open = api_conf_either_met(cf, &either);

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->marked = "api_cors";

    cors = ngx_pcalloc(cf->pool, sizeof(api_http_cors_t));

    if (cors == NULL
        || ngx_array_init(&cors->origins, cf->pool, 2,
                          sizeof(api_http_origin_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    word = 0;

    why = (clcf->cors != NULL)
          ? "is declared twice here: name all origins in one line"
          : read_origins(cf, cors, &word);

    if (why == NULL && cors->off && open) {
        why = "off takes back what is around, and has no block";
    }

    if (why != NULL) {
        api_conf_wrong(cf, word, "api_cors %s", why);
        return open ? NGX_CONF_ERROR : api_conf_keep(cf, alcf->route, 0);
    }

    used = 1;
    clcf->cors = cors;
    api_conf_place(cf, &cors->place);

    return cors->off ? NGX_CONF_OK : read_lines(cf, cors, open);
}


static const char *
read_origins(ngx_conf_t *cf, api_http_cors_t *cors, ngx_uint_t *word)
{
    ngx_str_t          *value;
    const char         *why;
    api_http_origin_t  *origin;

    value = cf->args->elts;

    if (cf->args->nelts == 1) {
        return "names the sites whose pages may use this API: api_cors "
               "https://app.example.com; or * for all of them";
    }

    if (cf->args->nelts == 2 && api_str_is(&value[1], "off")) {
        cors->off = 1;
        return NULL;
    }

    for (*word = 1; *word < cf->args->nelts; (*word)++) {

        if (api_str_is(&value[*word], "*")) {
            cors->any = 1;
            continue;
        }

        origin = ngx_array_push(&cors->origins);
        if (origin == NULL) {
            return "has no memory";
        }

        ngx_memzero(origin, sizeof(api_http_origin_t));

        why = api_conf_origin(&value[*word], origin);

        if (why != NULL) {
            return why;
        }
    }

    *word = 1;

    return cors->any && cors->origins.nelts != 0
           ? "* is every site: drop the others, or the *" : NULL;
}


static char *
read_lines(ngx_conf_t *cf, api_http_cors_t *cors, ngx_uint_t open)
{
    char              *rv;
    cors_read_t        read;
    api_conf_block_t   block;

    ngx_memzero(&read, sizeof(cors_read_t));
    ngx_memzero(&block, sizeof(api_conf_block_t));

    read.cors = cors;

    block.settings = settings;
    block.directive = "api_cors";
    block.conf = &read;

    if (ngx_array_init(&read.headers, cf->temp_pool, 4, sizeof(ngx_str_t))
        != NGX_OK
        || ngx_array_init(&read.expose, cf->temp_pool, 4, sizeof(ngx_str_t))
           != NGX_OK
        || api_conf_block_init(cf, &block) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (open) {
        rv = api_conf_block_read(cf, &block);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    rv = api_conf_block_settle(cf, &block);

    return rv == NGX_CONF_OK ? finish(cf, &read) : rv;
}


/* RFC 9110, 5.6.2: a token; "*" is one, and means all to a browser */

static char *
set_header(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    u_char       ch;
    size_t       i;
    ngx_str_t   *name;

    (void) cf;

    for (i = 0; i < value->len; i++) {
        ch = value->data[i];

        if (ch <= 0x20 || ch >= 0x7f
            || ngx_strchr("\"(),/:;<=>?@[\\]{}$", ch) != NULL)
        {
            break;
        }
    }

    if (value->len == 0 || i != value->len) {
        return "takes names of headers, with spaces between them: "
               "X-Trace X-Page";
    }

    name = ngx_array_push((ngx_array_t *) (void *)
                          ((u_char *) block->conf + setting->offset));
    if (name == NULL) {
        return NGX_CONF_ERROR;
    }

    *name = *value;

    return NGX_CONF_OK;
}


static char *
finish(ngx_conf_t *cf, cors_read_t *read)
{
    u_char           *p;
    ngx_uint_t        i;
    ngx_str_t        *name;
    api_http_cors_t  *cors;

    cors = read->cors;

    cors->credentials = (read->credentials != 0);
    cors->private_network = (read->private_network != 0);

    if (cors->any && cors->credentials) {
        api_conf_log(NGX_LOG_EMERG, cf, &cors->place,
                     "api_cors * with \"credentials on\" would let every site "
                     "act as the user who visits it, and no browser takes it: "
                     "name the origins, or drop credentials");
        return NGX_CONF_ERROR;
    }

    name = read->headers.elts;

    for (i = 0; i < read->headers.nelts; i++) {
        if (api_str_is(&name[i], "*") && cors->credentials) {
            api_conf_log(NGX_LOG_EMERG, cf, &cors->place,
                         "\"headers *\" of api_cors means nothing to a browser "
                         "that sends credentials: name the headers");
            return NGX_CONF_ERROR;
        }
    }

    p = ngx_pnalloc(cf->pool, NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    cors->max_age.data = p;
    cors->max_age.len = (size_t) (ngx_sprintf(p, "%ui", read->max_age / 1000)
                                  - p);

    if (join(cf->pool, CORS_HEADERS, &read->headers, &cors->headers) != NGX_OK
        || join(cf->pool, read->expose.nelts ? "" : CORS_EXPOSE,
                &read->expose, &cors->expose)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* "A, B, C"; names: of ngx_str_t */

static ngx_int_t
join(ngx_pool_t *pool, const char *first, const ngx_array_t *names,
    ngx_str_t *line)
{
    u_char           *p;
    size_t            len;
    ngx_uint_t        i;
    const ngx_str_t  *name;

    name = names->elts;
    len = ngx_strlen(first);

    for (i = 0; i < names->nelts; i++) {
        len += name[i].len + 2;
    }

    line->data = ngx_pnalloc(pool, len);
    if (line->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(line->data, "%s", first);

    for (i = 0; i < names->nelts; i++) {
        p = ngx_sprintf(p, "%s%V", p == line->data ? "" : ", ", &name[i]);
    }

    line->len = (size_t) (p - line->data);

    return NGX_OK;
}


/* those of the directive, and what this route reads besides: its parameters in
   headers, the header of its API key */

static ngx_int_t
allow_headers(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_str_t                 *name;
    ngx_uint_t                 i;
    ngx_array_t                names;
    api_http_input_t          *input;
    api_http_jwt_loc_conf_t   *jlcf;
    api_http_cors_loc_conf_t  *clcf;

    clcf = api_http_chapter_conf(route->loc_conf, &api_http_cors_chapter);

    if (clcf->cors == NULL) {
        return NGX_OK;
    }

    if (ngx_array_init(&names, cf->temp_pool, 4, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    name = ngx_array_push(&names);
    if (name == NULL) {
        return NGX_ERROR;
    }

    *name = clcf->cors->headers;

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {

        if (input[i].in != API_IN_HEADER) {
            continue;
        }

        name = ngx_array_push(&names);
        if (name == NULL) {
            return NGX_ERROR;
        }

        *name = input[i].lowcase;
    }

    jlcf = api_http_chapter_conf(route->loc_conf, &api_http_jwt_chapter);

    if (jlcf->apikey != NULL) {
        name = ngx_array_push(&names);
        if (name == NULL) {
            return NGX_ERROR;
        }

        *name = jlcf->apikey->header;
    }

    return join(cf->pool, "", &names, &clcf->headers);
}
