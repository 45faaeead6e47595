
#include "conf/apikey.h"
#include "conf/directives.h"
#include "conf/either.h"
#include "conf/inside.h"
#include "conf/jwt_block.h"
#include "conf/keep.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "conf/require.h"
#include "conf/revoked.h"
#include "conf/source_jwt.h"
#include "http/jwt_step.h"
#include "http/jwt_vars.h"
#include "http/require.h"


static void *create_main(ngx_conf_t *cf);
static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t check_level(ngx_conf_t *cf,
    const api_http_jwt_loc_conf_t *prev, const api_http_jwt_loc_conf_t *conf);
static ngx_int_t preconfigure(ngx_conf_t *cf);
static ngx_int_t postconfigure(ngx_conf_t *cf);
static ngx_int_t init_process(ngx_cycle_t *cycle);
static ngx_uint_t is_used(void **loc_conf);
static ngx_uint_t has_claims(void **loc_conf);
static char *read_jwt(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *read_block(ngx_conf_t *cf, api_http_jwt_loc_conf_t *jlcf);
static char *read_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *read_key_block(ngx_conf_t *cf, api_http_jwt_loc_conf_t *jlcf);
static const char *read_word(ngx_conf_t *cf, api_http_jwt_loc_conf_t *jlcf);
static ngx_int_t join_challenges(ngx_conf_t *cf,
    api_http_jwt_loc_conf_t *conf);


/* conf/either says whether a block follows */

static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_jwt"),
      API_CONF_LEVELS|NGX_CONF_ANY,
      read_jwt,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    /* http, server, location, route */

    { ngx_string("api_key"),
      API_CONF_LEVELS|NGX_CONF_ANY,
      read_key,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    /* http, server, location, route */

    { ngx_string("api_require"),
      API_CONF_LEVELS|NGX_CONF_1MORE,
      api_conf_require,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    preconfigure,                          /* preconfiguration */
    postconfigure,                         /* postconfiguration */

    create_main,                           /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_jwt_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    init_process,                          /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static const api_http_step_t  steps[] = {
    { "jwt", API_PHASE_ACCESS, is_used, api_http_jwt_step,
      api_http_jwt_forget },
    { "claims", API_PHASE_INPUT, has_claims, api_http_jwt_fit, NULL },
    { NULL, API_PHASE_ACCESS, NULL, NULL, NULL }
};


/* also for routes that a handler of nginx answers; after fields are known */
static const api_conf_pass_t  pass = {
    "require", api_conf_require_names, .after = "names"
};


/* while http { } is read */
static api_conf_either_t  either;
static api_conf_either_t  either_key;


static void *
create_main(ngx_conf_t *cf)
{
    api_http_jwt_main_conf_t  *jmcf;

    jmcf = ngx_pcalloc(cf->pool, sizeof(api_http_jwt_main_conf_t));

    if (jmcf == NULL
        || ngx_array_init(&jmcf->jwts, cf->pool, 1, sizeof(api_http_jwt_t *))
           != NGX_OK
        || ngx_array_init(&jmcf->apikeys, cf->pool, 1,
                          sizeof(api_http_apikey_t *))
           != NGX_OK)
    {
        return NULL;
    }

    return jmcf;
}


static void *
create_loc(ngx_conf_t *cf)
{
    api_http_jwt_loc_conf_t  *jlcf;

    jlcf = ngx_pcalloc(cf->pool, sizeof(api_http_jwt_loc_conf_t));
    if (jlcf == NULL) {
        return NULL;
    }

    jlcf->required = NGX_CONF_UNSET_UINT;

    return jlcf;
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    api_http_jwt_loc_conf_t *prev = parent;
    api_http_jwt_loc_conf_t *conf = child;

    ngx_uint_t            cleared;
    api_http_loc_conf_t  *alcf;

    /* where nobody has to say who he is, no api_require of around can hold */

    cleared = conf->cleared || conf->required == API_HTTP_JWT_OFF;

    if (conf->jwt == NULL) {
        conf->jwt = prev->jwt;
    }

    if (conf->apikey == NULL) {
        conf->apikey = prev->apikey;
    }

    /* a level with a block of its own requires a token, unless it says
       otherwise */

    if (conf->keyed && conf->required == NGX_CONF_UNSET_UINT) {
        conf->required = API_HTTP_JWT_ON;
    }

    ngx_conf_merge_uint_value(conf->required, prev->required,
                              NGX_CONF_UNSET_UINT);

    if (api_conf_require_merge(cf, prev, conf, cleared) != NGX_OK
        || check_level(cf, prev, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->jwt == NULL && conf->apikey == NULL) {
        return NGX_CONF_OK;
    }

    if (join_challenges(cf, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->challenge = conf->challenge;

    return NGX_CONF_OK;
}


/* two ways to authenticate stand in one header, with a comma between them (RFC
   9110, 11.6.1) */

static ngx_int_t
join_challenges(ngx_conf_t *cf, api_http_jwt_loc_conf_t *conf)
{
    u_char  *p;

    if (conf->jwt == NULL || conf->apikey == NULL) {
        conf->challenge = conf->jwt ? conf->jwt->challenge
                                    : conf->apikey->challenge;
        return NGX_OK;
    }

    p = ngx_pnalloc(cf->pool, conf->jwt->challenge.len
                              + conf->apikey->challenge.len + 2);
    if (p == NULL) {
        return NGX_ERROR;
    }

    conf->challenge.data = p;
    p = ngx_sprintf(p, "%V, %V", &conf->jwt->challenge,
                    &conf->apikey->challenge);
    conf->challenge.len = (size_t) (p - conf->challenge.data);

    return NGX_OK;
}


/* NGX_OK, also with a fault that was logged; NGX_ERROR: there are too many of
   them */

static ngx_int_t
check_level(ngx_conf_t *cf, const api_http_jwt_loc_conf_t *prev,
    const api_http_jwt_loc_conf_t *conf)
{
    api_http_require_t  **line;
    const api_place_t    *place;

    if (conf->block && conf->said) {
        api_conf_log(NGX_LOG_EMERG, cf, &conf->apikey->place,
                     "\"required\" of api_key stands beside an api_jwt { }, "
                     "whose \"required\" is for both: say it there");

        return api_conf_keep(cf, NULL, 0) == NGX_CONF_OK ? NGX_OK : NGX_ERROR;
    }

    if (conf->jwt == NULL && conf->apikey == NULL
        && (conf->word || (prev->word && api_conf_is_server(cf))))
    {
        api_conf_log(NGX_LOG_EMERG, cf,
                     conf->word ? &conf->place : &prev->place,
                     "api_jwt on, optional or off changes an api_jwt { } of "
                     "a level around, and there is none: declare it; it is "
                     "the same with api_key");

        return api_conf_keep(cf, NULL, 0) == NGX_CONF_OK ? NGX_OK : NGX_ERROR;
    }

    if (conf->requires == NULL || api_conf_is_server(cf)
        || api_http_jwt_asks(conf))
    {
        return NGX_OK;
    }

    line = conf->requires->elts;
    place = &line[conf->requires->nelts - 1]->place;

    api_conf_log(NGX_LOG_EMERG, cf, place,
                 conf->jwt == NULL && conf->apikey == NULL
                     ? "api_require asks for claims of an access token, and "
                       "there is no api_jwt { } to have them from: declare it "
                       "here or around"
                     : "api_require asks for claims of an access token, and "
                       "api_jwt is off here: drop the one or the other");

    return api_conf_keep(cf, NULL, 0) == NGX_CONF_OK ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
preconfigure(ngx_conf_t *cf)
{
    api_http_jwt_chapter.module = &ngx_http_api_jwt_module;
    api_http_jwt_chapter.steps = steps;

    if (api_http_chapter_add(cf, &api_http_jwt_chapter) != NGX_OK
        || api_conf_source_add(cf, &api_conf_source_jwt) != NGX_OK
        || api_conf_pass_add(cf, &pass) != NGX_OK
        || api_http_jwt_vars_add(cf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (api_conf_either_begin(cf, &commands[0], &either) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_conf_either_begin(cf, &commands[1], &either_key);
}


static ngx_int_t
postconfigure(ngx_conf_t *cf)
{
    ngx_uint_t                  i;
    api_http_jwt_t            **jwt;
    api_http_apikey_t         **apikey;
    api_http_jwt_main_conf_t   *jmcf;

    jmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_jwt_module);

    if (jmcf->jwts.nelts != 0 || jmcf->apikeys.nelts != 0) {
        api_http_jwt_filter_init();
    }

    apikey = jmcf->apikeys.elts;

    for (i = 0; i < jmcf->apikeys.nelts; i++) {
        if (api_conf_apikey_finish(cf, apikey[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    jwt = jmcf->jwts.elts;

    for (i = 0; i < jmcf->jwts.nelts; i++) {

        if (jwt[i]->revoked != NULL
            && api_conf_revoked_finish(cf, jwt[i]->revoked) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
init_process(ngx_cycle_t *cycle)
{
    api_http_jwt_main_conf_t  *jmcf;

    jmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_jwt_module);

    if ((ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
        || jmcf == NULL)
    {
        return NGX_OK;
    }

    return api_http_jwt_init(cycle, jmcf);
}


static ngx_uint_t
is_used(void **loc_conf)
{
    api_http_jwt_loc_conf_t  *jlcf;

    jlcf = loc_conf[ngx_http_api_jwt_module.ctx_index];

    return api_http_jwt_asks(jlcf);
}


static ngx_uint_t
has_claims(void **loc_conf)
{
    api_http_jwt_loc_conf_t  *jlcf;

    jlcf = loc_conf[ngx_http_api_jwt_module.ctx_index];

    return jlcf->paths.elts != NULL;
}


/* api_jwt { } or api_jwt on|optional|off */

static char *
read_jwt(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_jwt_loc_conf_t *jlcf = conf;

    ngx_str_t            *value;
    ngx_uint_t            open;
    api_http_loc_conf_t  *alcf;

    open = api_conf_either_met(cf, &either);

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->marked = "api_jwt";

    value = cf->args->elts;

    if (jlcf->block || jlcf->word) {
        api_conf_wrong(cf, 0, "api_jwt is declared twice here: say "
                       "\"required\" in its block, and once");

    } else if (open && cf->args->nelts != 1) {
        api_conf_wrong(cf, 1, "api_jwt has no name: it is written "
                       "api_jwt { ... }");

    } else if (open) {
        return read_block(cf, jlcf);

    } else if (cf->args->nelts != 2
               || api_conf_jwt_required(&value[1], &jlcf->required) != NGX_OK)
    {
        api_conf_wrong(cf, 1, "api_jwt is written: api_jwt { ... }, or "
                       "api_jwt on, optional or off where a level around has "
                       "that block");

    } else {
        jlcf->word = 1;
        api_conf_place(cf, &jlcf->place);

        return NGX_CONF_OK;
    }

    return open ? NGX_CONF_ERROR : api_conf_keep(cf, alcf->route, 0);
}


static char *
read_block(ngx_conf_t *cf, api_http_jwt_loc_conf_t *jlcf)
{
    api_http_jwt_t             *jwt, **slot;
    api_http_jwt_main_conf_t   *jmcf;

    jmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_jwt_module);

    jwt = ngx_pcalloc(cf->pool, sizeof(api_http_jwt_t));
    slot = ngx_array_push(&jmcf->jwts);

    if (jwt == NULL || slot == NULL) {
        return NGX_CONF_ERROR;
    }

    *slot = jwt;

    api_conf_place(cf, &jwt->place);

    jlcf->jwt = jwt;
    jlcf->block = 1;

    return api_conf_jwt_block(cf, jwt, &jlcf->required);
}


/* api_key { } or api_key on|optional|off */

static char *
read_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_jwt_loc_conf_t *jlcf = conf;

    ngx_uint_t            open;
    const char           *why;
    api_http_loc_conf_t  *alcf;

    open = api_conf_either_met(cf, &either_key);

    alcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_api_module);
    alcf->marked = "api_key";

    if (open) {

        if (!jlcf->keyed && cf->args->nelts == 1) {
            return read_key_block(cf, jlcf);
        }

        api_conf_wrong(cf, 0, "api_key is written api_key { ... }, once on a "
                       "level");
        return NGX_CONF_ERROR;
    }

    why = read_word(cf, jlcf);

    if (why == NULL) {
        return NGX_CONF_OK;
    }

    api_conf_wrong(cf, 0, "api_key %s", why);

    return api_conf_keep(cf, alcf->route, 0);
}


static const char *
read_word(ngx_conf_t *cf, api_http_jwt_loc_conf_t *jlcf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (jlcf->word || jlcf->block || jlcf->keyed) {
        return "on, optional or off is said by api_jwt, or in a block, here "
               "already: once is enough, it is for both";
    }

    if (cf->args->nelts != 2
        || api_conf_jwt_required(&value[1], &jlcf->required) != NGX_OK)
    {
        return "is written: api_key { ... }, or api_key on, optional or off "
               "where a level around has that block";
    }

    jlcf->word = 1;
    api_conf_place(cf, &jlcf->place);

    return NULL;
}


static char *
read_key_block(ngx_conf_t *cf, api_http_jwt_loc_conf_t *jlcf)
{
    char                       *rv;
    ngx_uint_t                  required;
    api_http_apikey_t          *key, **slot;
    api_http_jwt_main_conf_t   *jmcf;

    jmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_jwt_module);

    key = ngx_pcalloc(cf->pool, sizeof(api_http_apikey_t));
    slot = ngx_array_push(&jmcf->apikeys);

    if (key == NULL || slot == NULL) {
        return NGX_CONF_ERROR;
    }

    *slot = key;

    api_conf_place(cf, &key->place);

    jlcf->apikey = key;
    jlcf->keyed = 1;

    rv = api_conf_apikey_block(cf, key, &required);

    if (rv == NGX_CONF_OK && required != NGX_CONF_UNSET_UINT) {
        jlcf->said = 1;

        if (!jlcf->block) {
            jlcf->required = required;
        }
    }

    return rv;
}
