
/*
 * api_server_timing: which answers say how long they took.
 */

#include "conf/directives.h"
#include "conf/keep.h"
#include "http/server_timing.h"


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static char *read_wanted(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_server_timing"),
      API_CONF_LEVELS|NGX_CONF_TAKE1,
      read_wanted,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    NULL,                                  /* preconfiguration */
    api_http_server_timing_init,           /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_server_timing_module = {
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


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_server_timing_loc_conf_t));
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    api_http_server_timing_loc_conf_t  *prev = parent;
    api_http_server_timing_loc_conf_t  *conf = child;

    (void) cf;

    if (!conf->here) {
        conf->wanted = prev->wanted;
    }

    return NGX_CONF_OK;
}


/* api_server_timing on|off|$variable */

static char *
read_wanted(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_server_timing_loc_conf_t *slcf = conf;

    ngx_str_t                         *value;
    ngx_http_compile_complex_value_t   ccv;

    if (slcf->here) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    slcf->here = 1;
    value = cf->args->elts;

    if (api_str_is(&value[1], "off")) {
        return NGX_CONF_OK;
    }

    if (!api_str_is(&value[1], "on") && value[1].data[0] != '$') {
        return api_conf_keep_why(cf, cmd, NULL,
                                 "must be on, off or a variable");
    }

    slcf->wanted = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));

    if (slcf->wanted == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &value[1];
    ccv.complex_value = slcf->wanted;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK
           ? NGX_CONF_OK
           : api_conf_keep_why(cf, cmd, NULL, "names a variable that is not "
                                              "there");
}
