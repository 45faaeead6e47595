
#include "conf/directives.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/part.h"
#include "conf/pass.h"
#include "conf/password.h"
#include "conf/place.h"
#include "conf/source.h"
#include "http/hash.h"


static void *create_loc(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static char *read_hash(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t place_behind(ngx_conf_t *cf, api_http_route_t *route,
    api_http_hash_t *hash);
static ngx_int_t check_hashes(ngx_conf_t *cf, api_http_route_t *route);
static api_http_made_t *made(const api_http_route_t *route, ngx_uint_t n);


static ngx_command_t  commands[] = {

    /* route */

    { ngx_string("api_hash_password"),
      API_CONF_ANYWHERE|NGX_CONF_ANY,
      read_hash,
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

    create_loc,                            /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_hash_module = {
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


/* behind a step that parts the statements: there, and not before */
static const api_http_step_t  between = {
    "hash", API_PHASE_QUERY, NULL, api_http_hash_between, api_http_hash_forget
};

/* when fields are known, and before a statement's name is looked for */
static const api_conf_pass_t  pass = {
    "hashes", check_hashes, .statements = 1, .after = "names"
};


static const api_conf_source_t  source = {
    .source = &api_http_hash_source,
    .made = made,
    .directive = "api_hash_password",
    .thing = "the hash",
    .early = "is made behind the step that stands above api_hash_password: "
             "move the statement below, or api_hash_password up"
};


/* a route's own: nothing flows down to it */

static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_hash_loc_conf_t));
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    api_http_hash_chapter.module = &ngx_http_api_hash_module;

    if (api_http_chapter_add(cf, &api_http_hash_chapter) != NGX_OK
        || api_conf_source_add(cf, &source) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &pass);
}


/* api_hash_password $target $source */

static char *
read_hash(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_hash_loc_conf_t *hlcf = conf;

    char                 *rv;
    ngx_str_t            *value;
    const char           *why;
    api_http_hash_t      *hash, read;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);

    rv = api_conf_inside(cf, alcf);
    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, rv);
    }

    if (cf->args->nelts != 3) {
        return api_conf_keep_whole(cf, cmd, alcf->route,
                                   "is written: api_hash_password $target "
                                   "$source, where $source is a field of "
                                   "api_body and $target a new name for SQL");
    }

    value = cf->args->elts;

    ngx_memzero(&read, sizeof(api_http_hash_t));
    api_conf_place(cf, &read.made.place);

    why = api_conf_name_dollar(&value[1], &read.made.name);

    if (why == NULL) {
        why = api_conf_name_dollar(&value[2], &read.source);
    }

    if (why == NULL) {
        why = api_conf_name(&read.made.name);
    }

    if (why == NULL) {
        why = api_conf_name_dots(&read.source);
    }

    if (why == NULL && api_str_equal(&read.made.name, &read.source)) {
        why = "the hash needs another name than the password";
    }

    if (why != NULL) {
        api_conf_wrong(cf, 1, "api_hash_password %V %V: %s", &value[1],
                       &value[2], why);
        return api_conf_keep(cf, alcf->route, 1);
    }

    if (place_behind(cf, alcf->route, &read) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (hlcf->hashes.elts == NULL
        && ngx_array_init(&hlcf->hashes, cf->pool, 1, sizeof(api_http_hash_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    hash = ngx_array_push(&hlcf->hashes);
    if (hash == NULL) {
        return NGX_CONF_ERROR;
    }

    *hash = read;

    return NGX_CONF_OK;
}


/* a password that is to be verified first need not be hashed in vain: it stands
   right behind that, and parts nothing itself */

static ngx_int_t
place_behind(ngx_conf_t *cf, api_http_route_t *route, api_http_hash_t *hash)
{
    const api_http_between_t  *last;

    if (route->between == NULL) {
        return NGX_OK;
    }

    last = route->between->elts;
    last += route->between->nelts - 1;

    hash->made.from = last->before;

    return last->before != 0
           ? api_conf_part_add(cf, route, last->before, &between) : NGX_OK;
}


/* that the passwords are fields of the body, and bounded */

static ngx_int_t
check_hashes(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t         rc;
    ngx_uint_t        i, n;
    const char       *why;
    api_http_hash_t  *hash;

    rc = NGX_OK;
    hash = api_http_hash_list(route, &n);

    if (n == 0) {
        return NGX_OK;
    }

    for (i = 0; i < n; i++) {

        why = api_conf_password_field(cf, route, &hash[i].source,
                                      &hash[i].field);

        if (why != NULL) {
            api_conf_log(NGX_LOG_EMERG, cf, &hash[i].made.place,
                         "api_hash_password $%V $%V of \"%V\": %s",
                         &hash[i].made.name, &hash[i].source, &route->name,
                         why);
            rc = NGX_ERROR;
        }
    }

    api_conf_password_needed(cf);

    return rc;
}


static api_http_made_t *
made(const api_http_route_t *route, ngx_uint_t n)
{
    ngx_uint_t        count;
    api_http_hash_t  *hash;

    hash = api_http_hash_list(route, &count);

    return n < count ? &hash[n].made : NULL;
}
