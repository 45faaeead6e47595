
#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "http/jwks.h"
#include "http/jwt.h"


typedef struct {
    unsigned                    here:1;
    api_place_t                 place;
} jwks_loc_conf_t;


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static char *read_jwks(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *check(const api_http_jwt_loc_conf_t *jlcf);


static ngx_command_t  commands[] = {

    /* location */

    { ngx_string("api_jwks"),
      API_CONF_ANYWHERE|NGX_CONF_NOARGS,
      read_jwks,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_jwks_module = {
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
    return ngx_pcalloc(cf->pool, sizeof(jwks_loc_conf_t));
}


/* api_jwks */

static char *
read_jwks(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    jwks_loc_conf_t *jlcf = conf;

    ngx_http_core_loc_conf_t  *clcf;

    if (cf->cmd_type != NGX_HTTP_LOC_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in a location of its own");
    }

    if (jlcf->here) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    jlcf->here = 1;
    api_conf_place(cf, &jlcf->place);

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = api_http_jwks_handler;

    return NGX_CONF_OK;
}


/* the level's api_jwt has been merged by now: its module stands earlier in
   api_chapters */

static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    jwks_loc_conf_t *conf = child;

    const char               *why;
    api_http_jwt_loc_conf_t  *jlcf;

    (void) parent;

    if (!conf->here) {
        return NGX_CONF_OK;
    }

    jlcf = ngx_http_conf_get_module_loc_conf(cf,
                                             (*api_http_jwt_chapter.module));
    why = check(jlcf);

    if (why == NULL) {
        return NGX_CONF_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &conf->place, "api_jwks %s", why);

    return NGX_CONF_ERROR;
}


static const char *
check(const api_http_jwt_loc_conf_t *jlcf)
{
    ngx_uint_t              i;
    const api_auth_keys_t  *keys;
    const api_http_jwt_t   *jwt;

    jwt = jlcf->jwt;

    if (jwt == NULL) {
        return "publishes the keys of an api_jwt { }, and there is none around "
               "it";
    }

    if (jlcf->required == API_HTTP_JWT_ON) {
        return "is for everybody: write \"api_jwt off;\" beside it";
    }

    /* "nginx -s" has read none of them */

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return NULL;
    }

    keys = jwt->keys.set;

    for (i = 0; keys != NULL && i < keys->count; i++) {
        if (keys->key[i]->signs && keys->key[i]->kind != API_AUTH_OCT) {
            return NULL;
        }
    }

    return "has nothing to publish: no key of the api_jwt is a private one";
}
