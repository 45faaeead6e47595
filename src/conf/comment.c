
/*
 * api_sql_comment: PostgreSQL's lists of statements (pg_stat_activity,
 * pg_stat_statements, its log) name the route of each.
 */

#include "conf/directives.h"
#include "conf/pass.h"
#include "sql/comment.h"


typedef struct {
    ngx_flag_t  on;
} comment_loc_conf_t;


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t add_pass(ngx_conf_t *cf);
static ngx_int_t comment_statements(ngx_conf_t *cf, api_http_route_t *route);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_sql_comment"),
      API_CONF_LEVELS|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(comment_loc_conf_t, on),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    add_pass,                              /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_comment_module = {
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


/* what the text is, is decided by then */
static const api_conf_pass_t  pass = {
    "comment", comment_statements, API_PASS_SOUND, .statements = 1,
    .after = "plan"
};


static void *
create_loc(ngx_conf_t *cf)
{
    comment_loc_conf_t  *clcf;

    clcf = ngx_palloc(cf->pool, sizeof(comment_loc_conf_t));

    if (clcf != NULL) {
        clcf->on = NGX_CONF_UNSET;
    }

    return clcf;
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    comment_loc_conf_t  *prev = parent;
    comment_loc_conf_t  *conf = child;

    (void) cf;

    ngx_conf_merge_value(conf->on, prev->on, 1);

    return NGX_CONF_OK;
}


static ngx_int_t
add_pass(ngx_conf_t *cf)
{
    return api_conf_pass_add(cf, &pass);
}


/* not those of api_settings: routes share them */

static ngx_int_t
comment_statements(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t                 i;
    api_http_query_t          *query;
    const comment_loc_conf_t  *clcf;

    clcf = route->loc_conf[ngx_http_api_comment_module.ctx_index];

    if (!clcf->on) {
        return NGX_OK;
    }

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {
        if (api_sql_comment(cf->pool, &route->name, &query[i].sql) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
