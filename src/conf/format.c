
/*
 * api_format: its module, and which routes have rows to be written otherwise.
 */

#include "conf/described.h"
#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "http/format.h"


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t preconfigure(ngx_conf_t *cf);
static ngx_int_t postconfigure(ngx_conf_t *cf);
static char *read_format(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_words(ngx_conf_t *cf,
    api_http_format_loc_conf_t *flcf, ngx_uint_t *word);
static ngx_int_t find_format(const ngx_str_t *word);
static ngx_int_t check_route(ngx_conf_t *cf, api_http_route_t *route);
static ngx_uint_t has_rows(const api_http_route_t *route);
static ngx_int_t keep_names(ngx_conf_t *cf, const api_http_route_t *route,
    const api_check_statement_t *statement);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_format"),
      API_CONF_LEVELS|NGX_CONF_ANY,
      read_format,
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


ngx_module_t  ngx_http_api_format_module = {
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


/* by api_http_format_e */
static const char *const  names[API_HTTP_FORMATS] = {
    "json", "csv", "ndjson"
};

/* when it is known which statement is the answer */
static const api_conf_pass_t  pass = {
    "format", check_route, .statements = 1, .after = "plan"
};

/* while http { } is read: whether there is one at all */
static ngx_uint_t  used;


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_format_loc_conf_t));
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    api_http_format_loc_conf_t *prev = parent;
    api_http_format_loc_conf_t *conf = child;

    (void) cf;

    if (conf->n == 0) {
        *conf = *prev;
        conf->own = 0;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
preconfigure(ngx_conf_t *cf)
{
    used = 0;
    api_http_format_chapter.module = &ngx_http_api_format_module;

    if (api_http_chapter_add(cf, &api_http_format_chapter) != NGX_OK
        || api_conf_described_add(cf, keep_names) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &pass);
}


static ngx_int_t
postconfigure(ngx_conf_t *cf)
{
    (void) cf;

    if (used) {
        api_http_format_filter_init();
    }

    return NGX_OK;
}


/* api_format json|csv|ndjson ... [formula=escape] */

static char *
read_format(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_format_loc_conf_t *flcf = conf;

    ngx_uint_t            word;
    const char           *why;
    api_http_loc_conf_t  *alcf;

    (void) cmd;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->marked = "api_format";

    word = 0;

    why = (flcf->n != 0) ? "is declared twice here: name all of it in one line"
                         : read_words(cf, flcf, &word);

    if (why != NULL) {
        api_conf_wrong(cf, word, "api_format %s", why);
        return api_conf_keep(cf, alcf->route, 0);
    }

    used = 1;
    flcf->own = 1;
    api_conf_place(cf, &flcf->place);

    return NGX_CONF_OK;
}


static const char *
read_words(ngx_conf_t *cf, api_http_format_loc_conf_t *flcf, ngx_uint_t *word)
{
    ngx_int_t    format;
    ngx_str_t   *value;
    ngx_uint_t   i, csv;

    csv = 0;
    value = cf->args->elts;

    for (*word = 1; *word < cf->args->nelts; (*word)++) {

        if (api_str_is(&value[*word], "formula=escape")) {
            flcf->formulas = 1;
            continue;
        }

        format = find_format(&value[*word]);

        if (format == NGX_ERROR) {
            return "knows json, csv, ndjson and formula=escape, and no other "
                   "word";
        }

        for (i = 0; i < flcf->n; i++) {
            if (flcf->offered[i] == (ngx_uint_t) format) {
                return "has a word twice";
            }
        }

        csv |= (format == API_HTTP_FORMAT_CSV);
        flcf->offered[flcf->n++] = (ngx_uint_t) format;
    }

    *word = 0;

    if (flcf->n == 0) {
        return "names the forms of an answer: json, csv, ndjson, of which the "
               "first is for who does not say";
    }

    return flcf->formulas && !csv
           ? "has formula=escape, which is of csv: name that, too" : NULL;
}


static ngx_int_t
find_format(const ngx_str_t *word)
{
    ngx_uint_t  i;

    for (i = 0; i < API_HTTP_FORMATS; i++) {
        if (word->len == ngx_strlen(names[i])
            && ngx_memcmp(word->data, names[i], word->len) == 0)
        {
            return (ngx_int_t) i;
        }
    }

    return NGX_ERROR;
}


static ngx_int_t
check_route(ngx_conf_t *cf, api_http_route_t *route)
{
    api_http_format_loc_conf_t  *flcf;

    flcf = api_http_chapter_conf(route->loc_conf, &api_http_format_chapter);

    flcf->off = !has_rows(route);

    if (!flcf->off || !flcf->own || flcf->n == 0) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &flcf->place,
                 "api_format of \"%V\": the answer is not \"many\", and only "
                 "rows have other forms than JSON: drop it", &route->name);

    return NGX_ERROR;
}


static ngx_uint_t
has_rows(const api_http_route_t *route)
{
    const api_http_query_t  *query;

    if (route->composed || route->answer >= route->queries.nelts) {
        return 0;
    }

    query = route->queries.elts;

    return query[route->answer].result == API_SQL_MANY;
}


/* for a CSV without rows */

static ngx_int_t
keep_names(ngx_conf_t *cf, const api_http_route_t *route,
    const api_check_statement_t *statement)
{
    ngx_str_t                   *name;
    ngx_uint_t                   i;
    ngx_array_t                 *kept;
    const api_check_column_t    *column;
    api_http_format_loc_conf_t  *flcf;

    flcf = api_http_chapter_conf(route->loc_conf, &api_http_format_chapter);

    if (flcf->n == 0 || flcf->off) {
        return NGX_OK;
    }

    kept = ngx_array_create(cf->pool, statement->columns.nelts + 1,
                            sizeof(ngx_str_t));
    if (kept == NULL) {
        return NGX_ERROR;
    }

    column = statement->columns.elts;

    for (i = 0; i < statement->columns.nelts; i++) {

        name = ngx_array_push(kept);
        if (name == NULL) {
            return NGX_ERROR;
        }

        name->len = column[i].name.len;
        name->data = ngx_pstrdup(cf->pool,
                                 api_unconst(&column[i].name));

        if (name->data == NULL) {
            return NGX_ERROR;
        }
    }

    flcf->names = kept;

    return NGX_OK;
}
