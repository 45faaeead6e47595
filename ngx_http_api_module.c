
/*
 * ngx_http_api_module: a typed REST API over PostgreSQL, declared in
 * nginx.conf.  This is the front door: src/README.md says what is behind it.
 */


#include "conf/ahead.h"
#include "conf/directives.h"
#include "http/route.h"
#include "http/filter.h"
#include "http/match.h"
#include "http/vars.h"
#include "http/worker.h"


static ngx_int_t ngx_http_api_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_api_init_module(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_api_commands[] = {

    /* http */

    { ngx_string("api_postgres"),
      API_CONF_ANYWHERE|NGX_CONF_BLOCK|NGX_CONF_ANY,
      api_conf_postgres,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_schema_path"),
      API_CONF_ANYWHERE|NGX_CONF_TAKE2,
      api_conf_schema_path,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_max_unsent"),
      API_CONF_ANYWHERE|NGX_CONF_TAKE1,
      api_conf_max_unsent,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    /* http, server, location, route */

    { ngx_string("api_database"),
      API_CONF_LEVELS|NGX_CONF_TAKE1,
      api_conf_database,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_timeout"),
      API_CONF_LEVELS|NGX_CONF_TAKE1,
      api_conf_timeout,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_slow_log"),
      API_CONF_LEVELS|NGX_CONF_TAKE12,
      api_conf_slow_log,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_trust_functions"),
      API_CONF_LEVELS|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(api_http_loc_conf_t, trust),
      NULL },

    { ngx_string("api_max_answer"),
      API_CONF_LEVELS|NGX_CONF_TAKE1,
      api_conf_max_answer,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_max_body"),
      API_CONF_LEVELS|NGX_CONF_TAKE1,
      api_conf_max_body,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_param_unknown"),
      API_CONF_LEVELS|NGX_CONF_TAKE1,
      api_conf_param_unknown,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_error"),
      API_CONF_LEVELS|NGX_CONF_ANY,
      api_conf_error,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_header"),
      API_CONF_LEVELS|NGX_CONF_ANY,
      api_conf_header,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_body_type"),
      API_CONF_LEVELS|NGX_CONF_1MORE,
      api_conf_body_type,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(api_http_loc_conf_t, media),
      NULL },

    /* server, location */

    { ngx_string("api_route"),
      API_CONF_ANYWHERE|NGX_CONF_BLOCK|NGX_CONF_ANY,
      api_conf_route,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    /* location, route */

    { ngx_string("api_param"),
      API_CONF_ANYWHERE|NGX_CONF_ANY,
      api_conf_param,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_query"),
      API_CONF_ANYWHERE|NGX_CONF_ANY,
      api_conf_query,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    /* route */

    /* the first entry that suits the place wins, see conf/ahead.h */

    { ngx_string("api_body"),
      API_CONF_LINE|NGX_CONF_ANY,
      api_conf_body,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_body"),
      API_CONF_ANYWHERE|NGX_CONF_BLOCK|NGX_CONF_ANY,
      api_conf_body,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_transaction"),
      API_CONF_ANYWHERE|NGX_CONF_TAKE1,
      api_conf_transaction,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_api_module_ctx = {
    api_http_vars_add,                     /* preconfiguration */
    ngx_http_api_init,                     /* postconfiguration */

    api_conf_create_main,             /* create main configuration */
    api_conf_init_main,               /* init main configuration */

    api_conf_create_srv,              /* create server configuration */
    NULL,                                  /* merge server configuration */

    api_conf_create_loc,              /* create location configuration */
    api_conf_merge_loc                /* merge location configuration */
};


ngx_module_t  ngx_http_api_module = {
    NGX_MODULE_V1,
    &ngx_http_api_module_ctx,              /* module context */
    ngx_http_api_commands,                 /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_api_init_module,              /* init module */
    api_http_worker_init,                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    api_http_worker_exit,                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* a module of its own, as its filter has a place of its own: see ./config */

static ngx_http_module_t  ngx_http_api_charset_module_ctx = {
    NULL,                                  /* preconfiguration */
    api_http_filter_charset_init,          /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_charset_module = {
    NGX_MODULE_V1,
    &ngx_http_api_charset_module_ctx,      /* module context */
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


/* a module of nginx's core: those are asked when all of http { } is settled,
   whatever the order modules were loaded in, and may still refuse it */

static ngx_core_module_t  ngx_http_api_settle_module_ctx = {
    ngx_string("ngx_http_api_settle"),
    NULL,                                  /* create configuration */
    api_conf_settle                   /* init configuration */
};


ngx_module_t  ngx_http_api_settle_module = {
    NGX_MODULE_V1,
    &ngx_http_api_settle_module_ctx,       /* module context */
    NULL,                                  /* module directives */
    NGX_CORE_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_api_init(ngx_conf_t *cf)
{
    if (api_http_filter_init(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_conf_finish(cf);
}


/* an error here would end the master at a reload */

static ngx_int_t
ngx_http_api_init_module(ngx_cycle_t *cycle)
{
    if (api_http_filter_top(cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    api_conf_room(cycle);

    if (api_http_match_init(cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_http_worker_prepare(cycle);
}
