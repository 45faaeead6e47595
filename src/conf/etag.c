
/*
 * api_etag: its module, $if_match and $if_none_match, and whether a route has
 * the column that is told.
 */

#include "conf/described.h"
#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "conf/source.h"
#include "http/etag.h"
#include "http/vars.h"
#include "sql/oid.h"


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t preconfigure(ngx_conf_t *cf);
static char *read_etag(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_words(ngx_conf_t *cf, api_http_etag_loc_conf_t *elcf,
    ngx_uint_t *word);
static ngx_int_t read_column(ngx_conf_t *cf, const ngx_str_t *word,
    api_http_etag_loc_conf_t *elcf);
static ngx_int_t find_match(api_conf_sought_t *s);
static ngx_int_t find_none(api_conf_sought_t *s);
static ngx_int_t find(api_conf_sought_t *s, const char *name,
    api_http_etag_loc_conf_t **elcf);
static ngx_int_t check_route(ngx_conf_t *cf, api_http_route_t *route);
static ngx_uint_t has_row(const api_http_route_t *route);
static ngx_int_t check_columns(ngx_conf_t *cf, const api_http_route_t *route,
    const api_check_statement_t *statement);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_etag"),
      API_CONF_LEVELS|NGX_CONF_ANY,
      read_etag,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    preconfigure,                          /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_etag_module = {
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


static const api_conf_source_t  match_source = {
    .source = &api_http_etag_match_source,
    .find = find_match
};

static const api_conf_source_t  none_source = {
    .source = &api_http_etag_none_source,
    .find = find_none
};

/* when it is known which statement is the answer, and what they name */
static const api_conf_pass_t  pass = {
    "etag", check_route, .statements = 1, .after = "plan"
};


static void *
create_loc(ngx_conf_t *cf)
{
    api_http_etag_loc_conf_t  *elcf;

    elcf = ngx_pcalloc(cf->pool, sizeof(api_http_etag_loc_conf_t));
    if (elcf == NULL) {
        return NULL;
    }

    elcf->kind = NGX_CONF_UNSET_UINT;

    return elcf;
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    api_http_etag_loc_conf_t *prev = parent;
    api_http_etag_loc_conf_t *conf = child;

    (void) cf;

    if (conf->kind == NGX_CONF_UNSET_UINT) {
        *conf = *prev;
        conf->own = 0;
    }

    if (conf->kind == NGX_CONF_UNSET_UINT) {
        conf->kind = API_HTTP_ETAG_OFF;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
preconfigure(ngx_conf_t *cf)
{
    api_http_etag_chapter.module = &ngx_http_api_etag_module;

    if (api_http_chapter_add(cf, &api_http_etag_chapter) != NGX_OK
        || api_conf_source_add(cf, &match_source) != NGX_OK
        || api_conf_source_add(cf, &none_source) != NGX_OK
        || api_conf_described_add(cf, check_columns) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &pass);
}


/* api_etag on|off|COLUMN [required] */

static char *
read_etag(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_etag_loc_conf_t *elcf = conf;

    ngx_uint_t            word;
    const char           *why;
    api_http_loc_conf_t  *alcf;

    (void) cmd;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->marked = "api_etag";

    word = 0;

    why = (elcf->kind != NGX_CONF_UNSET_UINT)
          ? "is declared twice here: keep one"
          : read_words(cf, elcf, &word);

    if (why != NULL) {
        api_conf_wrong(cf, word, "api_etag %s", why);
        return api_conf_keep(cf, alcf->route, 0);
    }

    elcf->own = 1;
    api_conf_place(cf, &elcf->place);

    return NGX_CONF_OK;
}


static const char *
read_words(ngx_conf_t *cf, api_http_etag_loc_conf_t *elcf, ngx_uint_t *word)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (cf->args->nelts < 2 || cf->args->nelts > 3) {
        return "is written: api_etag on; or off; or api_etag COLUMN "
               "[required]; where the column is the row's version";
    }

    *word = 1;

    if (api_str_is(&value[1], "off")) {
        elcf->kind = API_HTTP_ETAG_OFF;

    } else if (api_str_is(&value[1], "on")) {
        elcf->kind = API_HTTP_ETAG_BYTES;

    } else if (read_column(cf, &value[1], elcf) == NGX_OK) {
        elcf->kind = API_HTTP_ETAG_COLUMN;

    } else {
        return "names a column of the answer by letters, digits and \"_\": "
               "give another one a name of these, with AS";
    }

    if (cf->args->nelts == 2) {
        return NULL;
    }

    *word = 2;

    if (!api_str_is(&value[2], "required")) {
        return "takes one word behind the column, required: writes must then "
               "say If-Match";
    }

    if (elcf->kind != API_HTTP_ETAG_COLUMN) {
        return "takes required behind a column only: with a hash of bytes "
               "nothing stored can be compared";
    }

    elcf->required = 1;

    return NULL;
}


/* the answer's column is kept as its $api_row_NAME */

static ngx_int_t
read_column(ngx_conf_t *cf, const ngx_str_t *word,
    api_http_etag_loc_conf_t *elcf)
{
    u_char     *p;
    size_t      i;
    ngx_str_t   name;

    for (i = 0; i < word->len; i++) {
        if (!((word->data[i] >= 'a' && word->data[i] <= 'z')
              || (word->data[i] >= 'A' && word->data[i] <= 'Z')
              || (word->data[i] >= '0' && word->data[i] <= '9')
              || word->data[i] == '_'))
        {
            return NGX_ERROR;
        }
    }

    elcf->column = *word;

    name.len = sizeof(API_HTTP_VARS_ROW) - 1 + word->len;
    name.data = ngx_pnalloc(cf->pool, name.len);

    if (word->len == 0 || name.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(name.data, API_HTTP_VARS_ROW, sizeof(API_HTTP_VARS_ROW) - 1);
    ngx_strlow(p, word->data, word->len);

    elcf->index = ngx_http_get_variable_index(cf, &name);

    return elcf->index == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
find_match(api_conf_sought_t *s)
{
    ngx_int_t                  rc;
    api_http_etag_loc_conf_t  *elcf;

    rc = find(s, "if_match", &elcf);

    if (rc == NGX_OK) {
        elcf->matches = 1;
        s->param->declared = API_SQL_OID_text;
    }

    return rc;
}


static ngx_int_t
find_none(api_conf_sought_t *s)
{
    ngx_int_t                  rc;
    api_http_etag_loc_conf_t  *elcf;

    rc = find(s, "if_none_match", &elcf);

    if (rc == NGX_OK) {
        elcf->nones = 1;
        s->param->declared = API_SQL_OID_bool;
    }

    return rc;
}


static ngx_int_t
find(api_conf_sought_t *s, const char *name, api_http_etag_loc_conf_t **elcf)
{
    api_http_query_t  *query;

    if (s->name.len != ngx_strlen(name)
        || ngx_memcmp(s->name.data, name, s->name.len) != 0)
    {
        return NGX_DECLINED;
    }

    *elcf = api_http_chapter_conf(s->route->loc_conf, &api_http_etag_chapter);

    if ((*elcf)->kind != API_HTTP_ETAG_COLUMN) {
        s->why = "is what the client's header says of the version, and no "
                 "api_etag COLUMN is here or around: name the column that is "
                 "the version";
        return NGX_ERROR;
    }

    if (s->route->method == API_METHOD_GET) {
        s->why = "is of writes: If-Match and If-None-Match of a GET are "
                 "compared with the answer's ETag by themselves";
        return NGX_ERROR;
    }

    if (s->step < s->route->queries.nelts) {
        query = s->route->queries.elts;
        query[s->step].guarded = 1;
    }

    return NGX_OK;
}


/* a version that nobody compares keeps nobody's change */

static ngx_int_t
check_route(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t                 level;
    api_http_etag_loc_conf_t  *elcf;

    elcf = api_http_chapter_conf(route->loc_conf, &api_http_etag_chapter);

    elcf->hashed = !has_row(route);

    if (elcf->kind != API_HTTP_ETAG_COLUMN || elcf->matches
        || route->method == API_METHOD_GET || route->method == API_METHOD_POST)
    {
        return NGX_OK;
    }

    level = elcf->required ? NGX_LOG_EMERG : NGX_LOG_WARN;

    api_conf_log(level, cf, elcf->own ? &elcf->place : &route->place,
                 "api_etag %V of \"%V\": no statement compares $if_match, so "
                 "an If-Match of the client's changes nothing: write \"AND "
                 "($if_match IS NULL OR %V = $if_match)\", or api_etag off",
                 &elcf->column, &route->name, &elcf->column);

    return elcf->required ? NGX_ERROR : NGX_OK;
}


static ngx_uint_t
has_row(const api_http_route_t *route)
{
    const api_http_query_t  *query;

    if (route->composed || route->answer >= route->queries.nelts) {
        return 0;
    }

    query = route->queries.elts;

    return query[route->answer].result == API_SQL_ONE
           || query[route->answer].result == API_SQL_OPTIONAL;
}


/* the answer has it, or there is no tag */

static ngx_int_t
check_columns(ngx_conf_t *cf, const api_http_route_t *route,
    const api_check_statement_t *statement)
{
    const api_place_t               *place;
    const api_http_etag_loc_conf_t  *elcf;

    elcf = api_http_chapter_conf(route->loc_conf, &api_http_etag_chapter);

    if (elcf->kind != API_HTTP_ETAG_COLUMN || elcf->hashed
        || api_conf_described_column(statement, &elcf->column) != NULL)
    {
        return NGX_OK;
    }

    place = elcf->own ? &elcf->place : &route->place;

    if (route->method == API_METHOD_GET) {
        api_conf_log(NGX_LOG_EMERG, cf, place,
                     "api_etag %V of \"%V\": the answer has no column \"%V\": "
                     "select it, or say api_etag on (a hash of the answer) or "
                     "off in this route", &elcf->column, &route->name,
                     &elcf->column);
        return NGX_DECLINED;
    }

    api_conf_log(NGX_LOG_WARN, cf, place,
                 "api_etag %V of \"%V\": the answer has no column \"%V\", so "
                 "that the client must read again before its next write: add "
                 "it to RETURNING", &elcf->column, &route->name,
                 &elcf->column);

    return NGX_OK;
}
