
/*
 * api_prefer: its module, and which routes can do what it allows.
 */

#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "http/prefer.h"
#include "sql/lexer.h"


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t preconfigure(ngx_conf_t *cf);
static ngx_int_t postconfigure(ngx_conf_t *cf);
static char *read_prefer(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_words(ngx_conf_t *cf, ngx_uint_t *allowed,
    ngx_uint_t *word);
static ngx_int_t check_route(ngx_conf_t *cf, api_http_route_t *route);
static const char *cannot(const api_http_route_t *route);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_prefer"),
      API_CONF_LEVELS|NGX_CONF_ANY,
      read_prefer,
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


ngx_module_t  ngx_http_api_prefer_module = {
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


/* before plans are made: what is to be undone is looked at before its commit */
static const api_conf_pass_t  pass = {
    "prefer", check_route, .statements = 1, .after = "names"
};

/* while http { } is read: whether there is one at all */
static ngx_uint_t  used;


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_prefer_loc_conf_t));
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    api_http_prefer_loc_conf_t *prev = parent;
    api_http_prefer_loc_conf_t *conf = child;

    (void) cf;

    if (conf->allowed == 0) {
        *conf = *prev;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
preconfigure(ngx_conf_t *cf)
{
    used = 0;
    api_http_prefer_chapter.module = &ngx_http_api_prefer_module;

    return api_http_chapter_add(cf, &api_http_prefer_chapter) == NGX_OK
           ? api_conf_pass_add(cf, &pass) : NGX_ERROR;
}


static ngx_int_t
postconfigure(ngx_conf_t *cf)
{
    (void) cf;

    if (used) {
        api_http_prefer_filter_init();
    }

    return NGX_OK;
}


/* api_prefer [return] [max-affected] [tx]; api_prefer off */

static char *
read_prefer(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_prefer_loc_conf_t *plcf = conf;

    ngx_uint_t            word;
    const char           *why;
    api_http_loc_conf_t  *alcf;

    (void) cmd;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->marked = "api_prefer";

    word = 0;

    why = (plcf->allowed != 0)
          ? "is declared twice here: name all of it in one line"
          : read_words(cf, &plcf->allowed, &word);

    if (why != NULL) {
        api_conf_wrong(cf, word, "api_prefer %s", why);
        return api_conf_keep(cf, alcf->route, 0);
    }

    used = 1;
    api_conf_place(cf, &plcf->place);

    return NGX_CONF_OK;
}


static const char *
read_words(ngx_conf_t *cf, ngx_uint_t *allowed, ngx_uint_t *word)
{
    ngx_uint_t   bit;
    ngx_str_t   *value;

    value = cf->args->elts;

    if (cf->args->nelts == 1) {
        return "names what clients may prefer: return, max-affected, tx; or "
               "off";
    }

    for (*word = 1; *word < cf->args->nelts; (*word)++) {

        bit = api_str_is(&value[*word], "return") ? API_HTTP_PREFER_RETURN
              : api_str_is(&value[*word], "max-affected")
              ? API_HTTP_PREFER_MAX_AFFECTED
              : api_str_is(&value[*word], "tx") ? API_HTTP_PREFER_TX
              : api_str_is(&value[*word], "off") ? API_HTTP_PREFER_OFF
              : 0;

        if (bit == 0) {
            return "knows return, max-affected, tx and off, and no other word";
        }

        if (bit & *allowed) {
            return "has a word twice";
        }

        *allowed |= bit;

        if ((*allowed & API_HTTP_PREFER_OFF)
            && *allowed != API_HTTP_PREFER_OFF)
        {
            return "off takes back what is around, and stands alone";
        }
    }

    return NULL;
}


static ngx_int_t
check_route(ngx_conf_t *cf, api_http_route_t *route)
{
    const char                  *why;
    api_http_prefer_loc_conf_t  *plcf;

    plcf = api_http_chapter_conf(route->loc_conf, &api_http_prefer_chapter);

    if (!(plcf->allowed & (API_HTTP_PREFER_MAX_AFFECTED|API_HTTP_PREFER_TX))
        || route->method == API_METHOD_GET
        || route->mode == API_HTTP_MODE_READ_ONLY)
    {
        return NGX_OK;
    }

    why = cannot(route);

    if (why == NULL) {
        route->confirms = 1;
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_WARN, cf, &route->place,
                 "api_prefer of \"%V\": %s, so that max-affected and tx are "
                 "not obeyed there", &route->name, why);

    plcf->allowed &= ~(ngx_uint_t) (API_HTTP_PREFER_MAX_AFFECTED
                                    |API_HTTP_PREFER_TX);

    if (plcf->allowed == 0) {
        plcf->allowed = API_HTTP_PREFER_OFF;
    }

    return NGX_OK;
}


/* NULL: nothing of the route is kept before all of it is */

static const char *
cannot(const api_http_route_t *route)
{
    ngx_uint_t                 i;
    const api_http_query_t    *query;
    const api_http_between_t  *between;

    query = route->queries.elts;
    between = route->between ? route->between->elts : NULL;

    for (i = 0; between != NULL && i < route->between->nelts; i++) {
        if (between[i].before != 0 && between[i].before < route->queries.nelts)
        {
            return "its statements are several transactions";
        }
    }

    for (i = 0; i < route->queries.nelts; i++) {

        if (query[i].keeps) {
            return "a statement of it says \"keep\"";
        }

        if (api_sql_lexer_begins(&query[i].sql.source, "CALL")) {
            return "it calls a procedure, which may commit by itself";
        }
    }

    return NULL;
}
