
/*
 * api_health: a location that says whether nginx lives, or may be sent
 * requests.  What it knows of databases workers count as for api_metrics.
 */

#include "conf/directives.h"
#include "conf/keep.h"
#include "http/health.h"
#include "http/health_role.h"
#include "http/metrics.h"


/* of http { } */
typedef struct {
    unsigned  ready:1;                     /* somebody asks */
} health_main_conf_t;


static void *create_main(ngx_conf_t *cf);
static void *create_loc(ngx_conf_t *cf);
static ngx_int_t begin(ngx_cycle_t *cycle);
static char *read_health(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_details(ngx_conf_t *cf,
    api_http_health_loc_conf_t *hlcf, ngx_str_t *word);


static ngx_command_t  commands[] = {

    /* location */

    { ngx_string("api_health"),
      API_CONF_ANYWHERE|NGX_CONF_TAKE12,
      read_health,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    create_main,                           /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_health_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    begin,                                 /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
create_main(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(health_main_conf_t));
}


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_health_loc_conf_t));
}


static ngx_int_t
begin(ngx_cycle_t *cycle)
{
    health_main_conf_t  *hmcf;

    hmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_api_health_module);

    if (hmcf == NULL || !hmcf->ready
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    return api_http_health_role_begin(cycle);
}


/* api_health live|ready [details=on|off|$variable] */

static char *
read_health(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_health_loc_conf_t *hlcf = conf;

    ngx_str_t                 *value;
    const char                *why;
    health_main_conf_t        *hmcf;
    api_http_metrics_conf_t   *mcf;
    ngx_http_core_loc_conf_t  *clcf;

    if (cf->cmd_type != NGX_HTTP_LOC_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in a location of its own");
    }

    if (hlcf->here) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    value = cf->args->elts;

    if (api_str_is(&value[1], "ready")) {
        hlcf->ready = 1;

    } else if (!api_str_is(&value[1], "live")) {
        return api_conf_keep_why(cf, cmd, NULL, "must be live or ready");
    }

    why = (cf->args->nelts == 3) ? read_details(cf, hlcf, &value[2]) : NULL;

    if (why != NULL) {
        return api_conf_keep_why(cf, cmd, NULL, why);
    }

    hlcf->here = 1;

    if (hlcf->ready) {
        hmcf = ngx_http_conf_get_module_main_conf(cf,
                                                  ngx_http_api_health_module);
        hmcf->ready = 1;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_metrics_module);
    mcf->used = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = api_http_health_handler;

    return NGX_CONF_OK;
}


static const char *
read_details(ngx_conf_t *cf, api_http_health_loc_conf_t *hlcf, ngx_str_t *word)
{
    ngx_str_t                          text;
    ngx_http_compile_complex_value_t   ccv;

    static const ngx_str_t  name = ngx_string("details=");

    if (!hlcf->ready || word->len <= name.len
        || ngx_strncmp(word->data, name.data, name.len) != 0)
    {
        return "is written: api_health live, or "
               "api_health ready details=on|off|$variable";
    }

    text.data = word->data + name.len;
    text.len = word->len - name.len;

    if (api_str_is(&text, "on") || api_str_is(&text, "off")) {
        hlcf->always = api_str_is(&text, "on") ? 1 : 0;
        return NULL;
    }

    if (text.data[0] != '$') {
        return "has details=on, off or a variable";
    }

    hlcf->details = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));

    if (hlcf->details == NULL) {
        return "has no memory";
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &text;
    ccv.complex_value = hlcf->details;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK
           ? NULL : "has details= of a variable that is not there";
}
