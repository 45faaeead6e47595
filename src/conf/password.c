
#include "conf/password.h"
#include "conf/block.h"
#include "conf/directives.h"
#include "conf/field.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "auth/password.h"


#define field(name)  offsetof(api_http_password_conf_t, name)

#define LEAST_MEMORY  (1024 * 1024)


static void *create_main(ngx_conf_t *cf);
static char *init_main(ngx_conf_t *cf, void *conf);
static ngx_int_t init_module(ngx_cycle_t *cycle);
static ngx_int_t init_process(ngx_cycle_t *cycle);
static char *read_password(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *set_memory(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static void name_block(api_conf_block_t *block,
    api_http_password_conf_t *pcf);
static const char *check_bound(const api_body_short_t *form,
    const ngx_str_t *path);


static ngx_command_t  commands[] = {

    /* http */

    { ngx_string("api_password"),
      API_CONF_ANYWHERE|NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_ANY,
      read_password,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    create_main,                           /* create main configuration */
    init_main,                             /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_password_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    init_module,                           /* init module */
    init_process,                          /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static const api_conf_word_t  threads_words[] = { { "auto", 0 }, { NULL, 0 } };


static const api_conf_setting_t  cost_settings[] = {

    { ngx_string("memory"), set_memory, field(memory), .fallback = "19m",
      .many = 0 },

    { ngx_string("time"), api_conf_block_number, field(time), 1,
      API_PASSWORD_PASSES, .fallback = "2" },

    { ngx_string("threads"), api_conf_block_number, field(threads), 1, 256,
      .fallback = "auto", .words = threads_words },

    { ngx_string("queue"), api_conf_block_number, field(queue), 0, 100000,
      .fallback = "1024" },

    { ngx_null_string, NULL, 0, .many = 0 }
};


static void *
create_main(ngx_conf_t *cf)
{
    api_conf_block_t           block;
    api_http_password_conf_t  *pcf;

    pcf = ngx_pcalloc(cf->pool, sizeof(api_http_password_conf_t));
    if (pcf == NULL) {
        return NULL;
    }

    name_block(&block, pcf);

    return api_conf_block_init(cf, &block) == NGX_OK ? pcf : NULL;
}


static char *
init_main(ngx_conf_t *cf, void *conf)
{
    api_conf_block_t  block;

    name_block(&block, conf);

    return api_conf_block_settle(cf, &block);
}


static void
name_block(api_conf_block_t *block, api_http_password_conf_t *pcf)
{
    ngx_memzero(block, sizeof(api_conf_block_t));

    block->settings = cost_settings;
    block->directive = "api_password";
    block->conf = pcf;

    ngx_str_set(&block->title, "api_password");
}


static ngx_int_t
init_module(ngx_cycle_t *cycle)
{
    api_http_password_conf_t  *pcf;

    pcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_api_password_module);

    if (pcf != NULL && pcf->routes != 0) {
        api_http_password_share(cycle, pcf);
    }

    return NGX_OK;
}


static ngx_int_t
init_process(ngx_cycle_t *cycle)
{
    api_http_password_conf_t  *pcf;

    pcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_api_password_module);

    if ((ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
        || pcf == NULL || pcf->routes == 0)
    {
        return NGX_OK;
    }

    return api_http_password_init(cycle, pcf);
}


/* api_password { memory 19m; time 2; threads 2; queue 64; } */

static char *
read_password(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_password_conf_t *pcf = conf;

    const char        *why;
    api_conf_block_t   block;

    why = (cf->cmd_type != NGX_HTTP_MAIN_CONF)
              ? "belongs in http { }, beside the servers: what it sets is the "
                "same for all routes"
          : (cf->args->nelts != 1)
              ? "is written: api_password { memory 19m; time 2; … }"
          : pcf->given ? "is duplicate" : NULL;

    if (why != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, why);
    }

    pcf->given = 1;
    api_conf_place(cf, &pcf->place);

    name_block(&block, pcf);

    return api_conf_block_read(cf, &block);
}


static char *
set_memory(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    api_http_password_conf_t *pcf = block->conf;

    ssize_t  size;

    if (pcf->memory != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    size = ngx_parse_size(value);

    if (size < LEAST_MEMORY || size > API_PASSWORD_MOST) {
        return "must be a size from 1m to 256m, as 19m: what one hash takes";
    }

    pcf->memory = (size_t) size;

    return NGX_CONF_OK;
}


void
api_conf_password_needed(ngx_conf_t *cf)
{
    api_http_password_conf_t  *pcf;

    pcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_password_module);
    pcf->routes++;
}


const char *
api_conf_password_field(ngx_conf_t *cf, api_http_route_t *route,
    const ngx_str_t *source, ngx_uint_t *n)
{
    ngx_int_t          rc;
    api_body_field_t  *field;

    if (route->body == NULL) {
        return "the password must be a field of an api_body { }, which the "
               "route does not have";
    }

    rc = api_conf_field(cf, route, source, n);

    if (rc == NGX_ERROR) {
        return "no memory";
    }

    if (rc == NGX_DECLINED) {
        return "the password must be a field of api_body, and there is none "
               "of that name: declare it there";
    }

    field = route->body->fields.elts;
    field += *n;

    if (field->type.kind != API_TYPE_STRING || field->type.array) {
        return "the password must be a field of type string";
    }

    /* what a schema's file says of it is held to the same bound by
       body/field.c */

    field->limited = 1;
    field->settled = 1;

    return route->body->form != NULL
           ? check_bound(route->body->form, source) : NULL;
}


static const char *
check_bound(const api_body_short_t *form, const ngx_str_t *path)
{
    size_t      i, from;
    ngx_int_t   max;
    ngx_str_t   part;

    from = 0;

    for (i = 0; i <= path->len && form != NULL; i++) {

        if (i != path->len && path->data[i] != '.') {
            continue;
        }

        part.data = path->data + from;
        part.len = i - from;
        from = i + 1;

        form = api_body_short_member(form, &part);
    }

    max = (form != NULL && form->rule.has_max)
          ? ngx_atoi(form->rule.max.data, form->rule.max.len) : NGX_ERROR;

    if (max < 1 || max > API_BODY_PASSWORD_MAX) {
        return "the password's field needs a max= of at most 4096, as "
               "max=128: hashing is slow by design, and must not be for an "
               "endless text";
    }

    return NULL;
}
