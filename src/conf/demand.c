
/*
 * api_check: the module from its directive to the routes' plans.
 */

#include "conf/demand.h"
#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/part.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "conf/reader.h"
#include "http/chapter.h"
#include "http/demand.h"
#include "http/source.h"


/* of one route */
#define DEMANDS_MOST  32


static ngx_int_t add_chapter(ngx_conf_t *cf);
static const char *directive_of(const api_http_route_t *route);
static char *read_check(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_words(ngx_conf_t *cf, api_http_demand_t *demand,
    ngx_str_t *name);
static ngx_int_t add(ngx_conf_t *cf, api_http_route_t *route,
    api_http_demand_t *read, const ngx_str_t *name);
static ngx_uint_t is_parted(const api_http_route_t *route);
static ngx_int_t check(ngx_conf_t *cf, api_http_route_t *route);


static ngx_command_t  commands[] = {

    /* route */

    { ngx_string("api_check"),
      API_CONF_ANYWHERE|NGX_CONF_ANY,
      read_check,
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

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_demand_module = {
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
    .name = "check",
    .idle = directive_of
};

static const api_conf_pass_t  pass = {
    "checks", check, API_PASS_BEHIND, .statements = 1, .after = "readers"
};


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
    const api_http_demand_t  *demand;

    if (route->demands == NULL) {
        return NULL;
    }

    demand = route->demands->elts;

    return demand->reader->what;
}


/* api_check [!]$row.column STATUS ["sentence"] */

static char *
read_check(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                 *rv;
    ngx_str_t             name;
    const char           *why;
    api_http_demand_t     read;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);

    rv = api_conf_inside(cf, alcf);

    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, rv);
    }

    ngx_memzero(&read, sizeof(api_http_demand_t));

    why = read_words(cf, &read, &name);

    if (why == NULL && alcf->route->demands != NULL
        && alcf->route->demands->nelts == DEMANDS_MOST)
    {
        why = "is one too many: a route has at most 32";
    }

    if (why != NULL) {
        return api_conf_keep_whole(cf, cmd, alcf->route, why);
    }

    return add(cf, alcf->route, &read, &name) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static const char *
read_words(ngx_conf_t *cf, api_http_demand_t *demand, ngx_str_t *name)
{
    ngx_int_t    status;
    ngx_str_t   *value, word;

    static const char  form[] =
        "is written: api_check $row.column STATUS [\"sentence\"], where $row "
        "is the \"as=row\" of a statement above and the column boolean; "
        "!$row.column asks for false";

    value = cf->args->elts;

    if (cf->args->nelts != 3 && cf->args->nelts != 4) {
        return form;
    }

    word = value[1];

    if (word.len != 0 && word.data[0] == '!') {
        demand->negated = 1;
        word.data++;
        word.len--;
    }

    if (api_conf_name_dollar(&word, name) != NULL
        || api_conf_name_dots(name) != NULL)
    {
        return form;
    }

    status = ngx_atoi(value[2].data, value[2].len);

    if (value[2].len != 3 || status < 400 || status > 599) {
        return "needs the status for what does not hold, an error's from 400 "
               "to 599, as 403";
    }

    demand->status = (ngx_uint_t) status;

    if (cf->args->nelts == 3) {
        return NULL;
    }

    demand->detail = value[3];

    return value[3].len == 0
           ? "has an empty sentence: write one, or drop it" : NULL;
}


static ngx_int_t
add(ngx_conf_t *cf, api_http_route_t *route, api_http_demand_t *read,
    const ngx_str_t *name)
{
    read->reader = api_conf_reader_add(cf, route, "api_check");

    if (read->reader == NULL
        || api_conf_reader_name(cf, read->reader, name) != NGX_OK)
    {
        return NGX_ERROR;
    }

    read->reader->want = API_HTTP_WANT_BOOL;

    return api_conf_demand_add(cf, route, read);
}


ngx_int_t
api_conf_demand_add(ngx_conf_t *cf, api_http_route_t *route,
    api_http_demand_t *read)
{
    api_http_demand_t  *demand;

    read->between = (is_parted(route) != 0);

    if (read->between
        && api_conf_part_add(cf, route, route->queries.nelts,
                             &api_http_demand_step)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (route->demands == NULL) {
        route->demands = ngx_array_create(cf->pool, 2,
                                          sizeof(api_http_demand_t));
        if (route->demands == NULL) {
            return NGX_ERROR;
        }
    }

    demand = ngx_array_push(route->demands);
    if (demand == NULL) {
        return NGX_ERROR;
    }

    *demand = *read;

    return NGX_OK;
}


/* is there a step right above, that no connection is held for? */

static ngx_uint_t
is_parted(const api_http_route_t *route)
{
    ngx_uint_t                 i;
    const api_http_between_t  *between;

    if (route->between == NULL) {
        return 0;
    }

    between = route->between->elts;

    for (i = 0; i < route->between->nelts; i++) {
        if (between[i].before == route->queries.nelts) {
            return 1;
        }
    }

    return 0;
}


/* a claim or a parameter needs no row: api_require, min= and their like refuse
   before the database is asked.  Of api_status, too, all the same */

static ngx_int_t
check(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    const api_http_read_t    *read;
    const api_http_demand_t  *demand;

    rc = NGX_OK;

    if (route->demands == NULL) {
        return NGX_OK;
    }

    demand = route->demands->elts;

    for (i = 0; i < route->demands->nelts; i++) {

        read = demand[i].reader->reads.elts;

        if (read->bind.source == &api_http_source_row) {
            continue;
        }

        api_conf_log(NGX_LOG_EMERG, cf, &read->place,
                     "%s of \"%V\": \"$%V\" is no column of a row: name "
                     "one of a statement above, $row.column of \"as=row\"; "
                     "claims are for api_require, what is sent for the rules "
                     "of api_param and api_body", demand[i].reader->what,
                     &route->name, &read->param.name);
        rc = NGX_ERROR;
    }

    return rc;
}


ngx_uint_t
api_conf_demand_before(const api_http_route_t *route, ngx_uint_t n)
{
    ngx_uint_t                i;
    const api_http_query_t   *query;
    const api_http_demand_t  *demand;

    query = route->queries.elts;

    /* what begins a transaction is not sent in advance */

    if (route->demands == NULL || n == route->parts[query[n].part].first) {
        return 0;
    }

    demand = route->demands->elts;

    for (i = 0; i < route->demands->nelts; i++) {
        if (demand[i].reader->at == n) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_conf_demand_of(const api_http_route_t *route, const api_http_part_t *part)
{
    ngx_uint_t                i;
    const api_http_demand_t  *demand;

    if (route->demands == NULL) {
        return 0;
    }

    demand = route->demands->elts;

    for (i = 0; i < route->demands->nelts; i++) {
        if (!demand[i].between && demand[i].reader->at > part->first
            && demand[i].reader->at <= part->first + part->n)
        {
            return 1;
        }
    }

    return 0;
}
