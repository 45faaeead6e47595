
/*
 * api_envelope: the answer of a statement as the member of an object.
 */

#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "http/chapter.h"
#include "json/write.h"


/* bytes of a name, escaped */
#define ENVELOPE_MAX  4096


typedef struct {
    const api_http_envelope_t  *envelope;   /* NULL: none, or of the level
                                               around */
    ngx_uint_t                  given;      /* right here, "off" too */
    api_place_t                 place;
} envelope_loc_conf_t;


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static const char *directive_of(const api_http_route_t *route);
static envelope_loc_conf_t *conf_of(const api_http_route_t *route);
static char *read_envelope(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t make(ngx_conf_t *cf, envelope_loc_conf_t *elcf);
static ngx_int_t key(ngx_conf_t *cf, u_char before, const ngx_str_t *name,
    ngx_str_t *out);
static ngx_int_t settle(ngx_conf_t *cf, api_http_route_t *route);
static const char *why_not(const api_http_route_t *route,
    const envelope_loc_conf_t *elcf);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_envelope"),
      API_CONF_LEVELS|NGX_CONF_TAKE12,
      read_envelope,
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
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_envelope_module = {
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


static api_http_chapter_t  chapter = {
    .name = "envelope",
    .idle = directive_of
};

/* which statement is the answer is known by then */
static const api_conf_pass_t  pass = {
    "envelope", settle, API_PASS_SOUND, .statements = 1, .after = "plan"
};


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(envelope_loc_conf_t));
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    envelope_loc_conf_t *prev = parent;
    envelope_loc_conf_t *conf = child;

    (void) cf;

    if (!conf->given) {
        conf->envelope = prev->envelope;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    if (api_http_chapter_add(cf, &chapter) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &pass);
}


static const char *
directive_of(const api_http_route_t *route)
{
    return conf_of(route)->given ? "api_envelope" : NULL;
}


static envelope_loc_conf_t *
conf_of(const api_http_route_t *route)
{
    return route->loc_conf[ngx_http_api_envelope_module.ctx_index];
}


/* api_envelope NAME [count=NAME] | off */

static char *
read_envelope(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    envelope_loc_conf_t *elcf = conf;

    ngx_str_t            *value;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    value = cf->args->elts;

    if (elcf->given) {
        return api_conf_keep_why(cf, cmd, alcf->route, "is duplicate");
    }

    if (value[1].len == 0
        || (cf->args->nelts == 3
            && (ngx_strncmp(value[2].data, "count=", 6) != 0
                || value[2].len == 6
                || (value[2].len == 6 + value[1].len
                    && ngx_memcmp(value[2].data + 6, value[1].data,
                                  value[1].len)
                       == 0))))
    {
        return api_conf_keep_why(cf, cmd, alcf->route,
                                 "is written: api_envelope NAME "
                                 "[count=ANOTHER_NAME], or api_envelope off");
    }

    elcf->given = 1;
    api_conf_place(cf, &elcf->place);

    /* a server's own level is no location, what stands around routes is */
    alcf->marked = "api_envelope";

    if (cf->args->nelts == 2 && api_str_is(&value[1], "off")) {
        return NGX_CONF_OK;
    }

    return make(cf, elcf) == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
make(ngx_conf_t *cf, envelope_loc_conf_t *elcf)
{
    ngx_str_t            *value, name;
    api_http_envelope_t  *envelope;

    value = cf->args->elts;

    envelope = ngx_pcalloc(cf->pool, sizeof(api_http_envelope_t));
    if (envelope == NULL) {
        return NGX_ERROR;
    }

    elcf->envelope = envelope;

    if (cf->args->nelts == 3) {
        name.data = value[2].data + 6;
        name.len = value[2].len - 6;

        if (key(cf, ',', &name, &envelope->count) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return key(cf, '{', &value[1], &envelope->open);
}


/* {"name": or ,"name": */

static ngx_int_t
key(ngx_conf_t *cf, u_char before, const ngx_str_t *name, ngx_str_t *out)
{
    api_buf_t  buf;

    if (api_buf_init(&buf, cf->pool, name->len + 4, ENVELOPE_MAX) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_char(&buf, before);
    api_json_write_untrusted(&buf, name->data, name->len);
    api_buf_add_char(&buf, ':');

    return api_buf_string(&buf, out);
}


/* what is inherited holds where it can, what the route says itself must */

static ngx_int_t
settle(ngx_conf_t *cf, api_http_route_t *route)
{
    const char           *why;
    envelope_loc_conf_t  *elcf;

    elcf = conf_of(route);

    if (elcf->envelope == NULL) {
        return NGX_OK;
    }

    why = elcf->given ? why_not(route, elcf) : NULL;

    if (why != NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &elcf->place,
                     "api_envelope of \"%V\" %s", &route->name, why);
        return NGX_ERROR;
    }

    if (!route->composed) {
        route->envelope = elcf->envelope;
    }

    return NGX_OK;
}


static const char *
why_not(const api_http_route_t *route, const envelope_loc_conf_t *elcf)
{
    api_sql_result_e         result;
    const api_http_query_t  *query;

    if (route->composed) {
        return "has an api_answer beside it, which has names of its own: keep "
               "one";
    }

    query = route->queries.elts;
    result = query[route->answer].result;

    if (result == API_SQL_EXEC) {
        return "has nothing in it: \"exec\" has no answer; write one or many, "
               "and RETURNING, or drop it";
    }

    if (elcf->envelope->count.len != 0 && result != API_SQL_MANY) {
        return "counts rows, and only \"many\" has several: drop \"count=\"";
    }

    return NULL;
}
