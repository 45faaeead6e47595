
#include "conf/settings.h"
#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "conf/setting.h"
#include "http/chapter.h"


#define SETTINGS_NAMES  64


static void *create_main(ngx_conf_t *cf);
static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static const char *directive_of(const api_http_route_t *route);
static char *read_settings(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_setting(ngx_conf_t *cf, const ngx_str_t *word,
    api_http_setting_t *setting);
static const char *check_name(ngx_str_t *name);
static const char *check_needed(const api_http_setting_t *setting);
static api_http_setting_t *find(const ngx_array_t *list,
    const ngx_str_t *name);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_settings"),
      API_CONF_LEVELS|NGX_CONF_1MORE,
      read_settings,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_role"),
      API_CONF_LEVELS|NGX_CONF_1MORE,
      api_conf_role,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    add_chapter,                           /* preconfiguration */
    NULL,                                  /* postconfiguration */

    create_main,                           /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_settings_module = {
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
    .name = "settings",
    .idle = directive_of
};


/* its values are sought as a statement's; what is not used is told after it */
static const api_conf_pass_t  pass = {
    "settings", api_conf_settings_route, .statements = 1, .after = "binds"
};


static void *
create_main(ngx_conf_t *cf)
{
    api_conf_settings_main_t  *smcf;

    smcf = ngx_pcalloc(cf->pool, sizeof(api_conf_settings_main_t));

    if (smcf == NULL
        || ngx_array_init(&smcf->lists, cf->pool, 4,
                          sizeof(api_conf_settings_list_t))
           != NGX_OK)
    {
        return NULL;
    }

    return smcf;
}


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_conf_settings_t));
}


/* by name; what says nothing behind its "=" takes the name away */

static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    api_conf_settings_t *prev = parent;
    api_conf_settings_t *conf = child;

    ngx_uint_t           i;
    ngx_array_t         *merged;
    api_http_setting_t  *setting, *added;

    if (conf->role.value.data == NULL && !conf->off) {
        conf->role = prev->role;
        conf->roles = prev->roles;
        conf->off = prev->off;
    }

    if (conf->list == NULL) {
        conf->list = prev->list;
        return NGX_CONF_OK;
    }

    merged = ngx_array_create(cf->pool, conf->list->nelts,
                              sizeof(api_http_setting_t));
    if (merged == NULL) {
        return NGX_CONF_ERROR;
    }

    setting = conf->list->elts;

    for (i = 0; i < conf->list->nelts; i++) {

        if (setting[i].value.len == 0) {
            continue;
        }

        added = ngx_array_push(merged);
        if (added == NULL) {
            return NGX_CONF_ERROR;
        }

        *added = setting[i];
    }

    setting = prev->list ? prev->list->elts : NULL;

    for (i = 0; prev->list && i < prev->list->nelts; i++) {

        if (find(conf->list, &setting[i].name) != NULL) {
            continue;
        }

        added = ngx_array_push(merged);
        if (added == NULL) {
            return NGX_CONF_ERROR;
        }

        *added = setting[i];
    }

    conf->list = merged;

    return NGX_CONF_OK;
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    return api_http_chapter_add(cf, &chapter) == NGX_OK
           ? api_conf_pass_add(cf, &pass) : NGX_ERROR;
}


static const char *
directive_of(const api_http_route_t *route)
{
    const api_conf_settings_t  *scf;

    scf = route->loc_conf[ngx_http_api_settings_module.ctx_index];

    if (!scf->own) {
        return NULL;
    }

    return scf->list ? "api_settings" : "api_role";
}


/* api_settings NAME=VALUE ... */

static char *
read_settings(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_conf_settings_t *scf = conf;

    ngx_str_t            *value;
    ngx_uint_t            i;
    const char           *why;
    api_http_setting_t   *setting, read;
    api_http_loc_conf_t  *alcf;

    (void) cmd;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);

    if (scf->list == NULL) {
        scf->list = ngx_array_create(cf->pool, 4, sizeof(api_http_setting_t));
        if (scf->list == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    scf->own = 1;
    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        ngx_memzero(&read, sizeof(api_http_setting_t));
        api_conf_place(cf, &read.place);
        read.place.word = i;

        why = read_setting(cf, &value[i], &read);

        if (why == NULL && find(scf->list, &read.name) != NULL) {
            why = "this level has a value of that name already: keep one";
        }

        if (why == NULL && scf->list->nelts == SETTINGS_NAMES) {
            why = "a level has at most 64 settings";
        }

        if (why != NULL) {
            api_conf_wrong(cf, i, "api_settings \"%V\": %s", &value[i], why);

            if (api_conf_keep(cf, alcf->route, 1) != NGX_CONF_OK) {
                return NGX_CONF_ERROR;
            }

            continue;
        }

        setting = ngx_array_push(scf->list);
        if (setting == NULL) {
            return NGX_CONF_ERROR;
        }

        *setting = read;
    }

    return NGX_CONF_OK;
}


static const char *
read_setting(ngx_conf_t *cf, const ngx_str_t *word,
    api_http_setting_t *setting)
{
    u_char      *equals;
    ngx_str_t    value;
    const char  *why;

    equals = ngx_strlchr(word->data, word->data + word->len, '=');

    if (equals == NULL) {
        return "it is written NAME=VALUE, as app.user=$id; NAME= takes an "
               "inherited one away";
    }

    if (api_conf_setting_word(cf, word->data, (size_t) (equals - word->data),
                  &setting->name)
        != NGX_OK)
    {
        return "no memory";
    }

    why = check_name(&setting->name);

    if (why != NULL) {
        return why;
    }

    value.data = equals + 1;
    value.len = word->len - (size_t) (value.data - word->data);

    why = api_conf_setting_value(cf, &value, setting);

    return why != NULL ? why : check_needed(setting);
}


/* names of settings are the same in upper and lower case */

static const char *
check_name(ngx_str_t *name)
{
    size_t      i;
    u_char      ch;
    ngx_uint_t  dots, first;

    ngx_strlow(name->data, name->data, name->len);

    if (api_str_is(name, "role")) {
        return "a role has a directive of its own: api_role VALUE in=ROLE,…";
    }

    if (api_str_is(name, "lock_timeout")
        || api_str_is(name, "statement_timeout"))
    {
        return NULL;
    }

    dots = 0;
    first = 1;

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if (ch == '.' && !first) {
            dots++;
            first = 1;
            continue;
        }

        if (!((ch >= 'a' && ch <= 'z') || ch == '_'
              || (!first && ch >= '0' && ch <= '9')))
        {
            return "a name has letters, digits, \"_\" and a dot, as app.user";
        }

        first = 0;
    }

    if (first) {
        return "a name has letters, digits, \"_\" and a dot, as app.user";
    }

    if (dots == 0) {
        return "a setting of PostgreSQL's own would change what statements "
               "mean or how values are written: only lock_timeout, "
               "statement_timeout and names with a dot, as app.user, can be "
               "set";
    }

    return NULL;
}


/* an empty text is no time */

static const char *
check_needed(const api_http_setting_t *setting)
{
    if (setting->variable.len == 0 || setting->literal.len != 0
        || ngx_strlchr(setting->name.data,
                       setting->name.data + setting->name.len, '.') != NULL)
    {
        return NULL;
    }

    return "where the value is absent this needs another one, as $name|1s";
}


static api_http_setting_t *
find(const ngx_array_t *list, const ngx_str_t *name)
{
    ngx_uint_t           i;
    api_http_setting_t  *setting;

    setting = list->elts;

    for (i = 0; i < list->nelts; i++) {
        if (api_str_equal(&setting[i].name, name)) {
            return &setting[i];
        }
    }

    return NULL;
}
