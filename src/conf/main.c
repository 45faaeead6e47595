
#include "conf/bind.h"
#include "conf/changes.h"
#include "conf/check.h"
#include "conf/directives.h"
#include "conf/field.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/levels.h"
#include "conf/location.h"
#include "conf/names.h"
#include "conf/others.h"
#include "conf/param.h"
#include "conf/pass.h"
#include "conf/plan.h"
#include "conf/reader.h"
#include "conf/says.h"
#include "conf/place.h"
#include "conf/schema.h"
#include "conf/shared.h"
#include "conf/shown.h"
#include "conf/strings.h"
#include "conf/zones.h"
#include "check/identity.h"
#include "http/access.h"
#include "http/chapter.h"
#include "http/order.h"
#include "http/request.h"
#include "http/vars.h"


#define API_CONF_ARG     "arg_"
#define API_CONF_UNSENT  (128 * 1024 * 1024)


typedef struct {
    ngx_int_t                 (*run)(ngx_conf_t *cf);
    ngx_uint_t                  faulty;    /* also where faults were told */
} conf_last_t;


static char *merge_handler(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    api_http_loc_conf_t *conf);
static char *tell_alone(ngx_conf_t *cf, const api_http_loc_conf_t *conf);
static ngx_int_t merge_inputs(ngx_conf_t *cf, api_http_route_t *route);
static ngx_int_t collect_variables(ngx_conf_t *cf);
static ngx_int_t check_as_user(ngx_conf_t *cf);
static ngx_int_t make_steps(ngx_conf_t *cf);
static void begin_identity(ngx_conf_t *cf);
static ngx_int_t collect_names(ngx_conf_t *cf, const char *prefix,
    ngx_array_t *names);


/*
 * What becomes of a route, in this order.  Faults of different passes are told
 * in one reading, as far as it can be told what is meant.
 */

static const api_conf_pass_t  route_passes[] = {

    /* what path, levels and route say together: all else asks for it */
    { "inputs", merge_inputs, .needed = 1 },

    /* statements as they are meant: what the body must have hangs on it */
    { "changes", api_conf_changes, .statements = 1 },

    /* which fields the body has: names are looked for in it */
    { "schema", api_conf_schema, .statements = 1, .needed = 1 },

    /* none twice, before one of the two is taken for what is meant */
    { "names", api_conf_names, .statements = 1 },

    /* each $name that a directive reads to what it stands for, */
    { "readers", api_conf_readers_bind, .statements = 1 },

    /* and each of the statements */
    { "binds", api_conf_bind, .statements = 1 },

    /* of those fields that a statement or a hash has named */
    { "defaults", api_conf_field_defaults, API_PASS_BEHIND, .statements = 1 },

    /* what is not used is perhaps what was meant: not of what has faults */
    { "strings", api_conf_strings, API_PASS_SOUND, .statements = 1 },
    { "zones", api_conf_zones, API_PASS_SOUND, .statements = 1 },
    { "unused", api_conf_names_unused, API_PASS_SOUND, .statements = 1 },

    /* whichever statement waits for which is known by their binds */
    { "plan", api_conf_plan, .needed = 1 },

    /* among its level's, to be matched */
    { "route", api_conf_route_add, .needed = 1 },

    { NULL, NULL, API_PASS_ALWAYS, .statements = 0 }
};


/* and of the whole configuration: what needs all routes */

static const conf_last_t  last_passes[] = {

    /* what was asked for anywhere, all variables being numbered now */
    { collect_variables, 1 },

    /* tables of routes, of those that have no faults */
    { api_conf_locations, 0 },

    /* "nginx -s reload" reads the configuration only to find the pid file; else
       the databases are asked, also where there are faults: all are told */
    { check_as_user, 1 },

    /* which steps requests have: what a route uses its database has told */
    { make_steps, 0 },
    { api_http_access_init, 0 },

    { NULL, 0 }
};


void *
api_conf_create_main(ngx_conf_t *cf)
{
    api_http_main_conf_t  *amcf;

    amcf = ngx_pcalloc(cf->pool, sizeof(api_http_main_conf_t));
    if (amcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&amcf->databases, cf->pool, 1,
                       sizeof(api_http_database_t *))
        != NGX_OK)
    {
        return NULL;
    }

    if (ngx_array_init(&amcf->row_names, cf->pool, 4, sizeof(ngx_str_t))
        != NGX_OK
        || ngx_array_init(&amcf->arg_names, cf->pool, 4, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&amcf->causes, cf->pool, 4,
                          sizeof(api_http_cause_t))
           != NGX_OK
        || ngx_array_init(&amcf->routes, cf->pool, 16,
                          sizeof(api_http_route_t *))
           != NGX_OK
        || ngx_array_init(&amcf->schema_paths, cf->pool, 1,
                          sizeof(api_http_schema_path_t))
           != NGX_OK
        || ngx_array_init(&amcf->schemas, cf->pool, 1,
                          sizeof(api_http_schema_t))
           != NGX_OK
        || ngx_array_init(&amcf->sources, cf->pool, 1, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&amcf->passes, cf->pool, 1, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&amcf->chapters, cf->pool, 4,
                          sizeof(api_http_chapter_t *))
           != NGX_OK
        || ngx_array_init(&amcf->guarded, cf->temp_pool, 4,
                          sizeof(api_http_guarded_t))
           != NGX_OK)
    {
        return NULL;
    }

    amcf->max_unsent = NGX_CONF_UNSET_SIZE;

    return amcf;
}


char *
api_conf_init_main(ngx_conf_t *cf, void *conf)
{
    api_http_main_conf_t *amcf = conf;

    (void) cf;

    ngx_conf_init_size_value(amcf->max_unsent, API_CONF_UNSENT);

    return NGX_CONF_OK;
}


void *
api_conf_create_srv(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_srv_conf_t));
}


void *
api_conf_create_loc(ngx_conf_t *cf)
{
    api_http_loc_conf_t  *alcf;

    alcf = ngx_pcalloc(cf->pool, sizeof(api_http_loc_conf_t));
    if (alcf == NULL) {
        return NULL;
    }

    alcf->api = NGX_CONF_UNSET;
    alcf->timeout = NGX_CONF_UNSET_MSEC;
    alcf->trust = NGX_CONF_UNSET;
    alcf->slow = NGX_CONF_UNSET_MSEC;
    alcf->max_answer = NGX_CONF_UNSET_SIZE;
    alcf->max_body = NGX_CONF_UNSET_SIZE;
    alcf->unknown = NGX_CONF_UNSET;
    alcf->alien = api_conf_says_alien(cf);

    return alcf;
}


/*
 * All of http { } is read when levels are merged: databases and variables
 * are known by name, wherever they were declared.
 */

char *
api_conf_merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    api_http_loc_conf_t *prev = parent;
    api_http_loc_conf_t *conf = child;

    ngx_uint_t          server;
    api_http_route_t   *route;
    const ngx_array_t  *own;

    route = conf->route;
    own = conf->params;
    server = api_conf_is_server(cf);

    if (api_http_access_location(cf, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (route == NULL) {
        api_conf_others(cf, prev, conf, server);
    }

    if (conf->guest) {
        conf->api = 0;

    } else if (route != NULL
        || (!server
            && (conf->has_routes || own != NULL || conf->errors != NULL
                || conf->headers != NULL || conf->marked != NULL
                || conf->added != NULL
                || conf->database_name.len != 0
                || conf->timeout != NGX_CONF_UNSET_MSEC
                || conf->max_answer != NGX_CONF_UNSET_SIZE
                || conf->max_body != NGX_CONF_UNSET_SIZE
                || conf->media != 0
                || conf->unknown != NGX_CONF_UNSET)))
    {
        conf->api = 1;
    }

    ngx_conf_merge_value(conf->api, prev->api, 0);

    if (api_conf_levels(cf, prev, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (conf->shared != NULL && !conf->has_routes) {
        return tell_alone(cf, conf);
    }

    if (route == NULL) {
        if (api_conf_level(cf, conf, server) != NGX_OK) {
            return NGX_CONF_ERROR;
        }

        return server ? NGX_CONF_OK : merge_handler(cf, prev, conf);
    }

    route->database = conf->database;
    route->trusted = (conf->trust != 0);

    route->params = own;

    if (route->vague
        || api_conf_pass_run(cf, route_passes, route) == NGX_OK)
    {
        return NGX_CONF_OK;
    }

    return api_conf_keep(cf, route, 0);
}


static ngx_int_t
merge_inputs(ngx_conf_t *cf, api_http_route_t *route)
{
    const api_http_loc_conf_t  *prev;

    prev = route->parent_loc_conf[ngx_http_api_module.ctx_index];

    return api_conf_inputs(cf, route, route->params, prev->params);
}


/* a statement that no route has */

static char *
tell_alone(ngx_conf_t *cf, const api_http_loc_conf_t *conf)
{
    const api_conf_shared_t  *shared;

    shared = conf->shared->elts;

    api_conf_log(NGX_LOG_EMERG, cf, &shared->read.place,
                 "\"api_query\" directive belongs in an api_route METHOD PATH "
                 "{ } block, directly, or above the routes of its location");

    return api_conf_keep(cf, NULL, 0);
}


/*
 * Who answers in a location that is no route itself.  The blocks "if" and
 * limit_except inside a route are locations of their own to nginx: they
 * belong to the route.
 */

static char *
merge_handler(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    api_http_loc_conf_t *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (prev->route != NULL) {
        conf->route = prev->route;

        /* in limit_except the proxy_pass module may have merged before us, and
           so have handed down the handler of the route's location */

        if (prev->route->queries.nelts != 0
            && (clcf->handler == NULL || clcf->lmt_excpt))
        {
            clcf->handler = api_http_request_handler;
        }

        return NGX_CONF_OK;
    }

    if (clcf->handler == NULL && conf->has_routes && !conf->others) {
        clcf->handler = api_http_request_no_route;
    }

    return NGX_CONF_OK;
}


ngx_int_t
api_conf_finish(ngx_conf_t *cf)
{
    const conf_last_t     *pass;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    for (pass = last_passes; pass->run != NULL; pass++) {
        if ((amcf->faults == 0 || pass->faulty) && pass->run(cf) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return amcf->faults ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
collect_variables(ngx_conf_t *cf)
{
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    if (collect_names(cf, API_HTTP_VARS_ROW, &amcf->row_names) != NGX_OK) {
        return NGX_ERROR;
    }

    if (api_conf_shown_rows(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return collect_names(cf, API_CONF_ARG, &amcf->arg_names);
}


/* whatever connects does so as the user of the workers */

static ngx_int_t
check_as_user(ngx_conf_t *cf)
{
    ngx_int_t  rc;

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return NGX_OK;
    }

    begin_identity(cf);

    rc = api_conf_check(cf);

    api_check_identity_end();

    return rc;
}


static ngx_int_t
make_steps(ngx_conf_t *cf)
{
    ngx_uint_t              i;
    api_http_route_t      **route;
    api_http_main_conf_t   *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    route = amcf->routes.elts;

    for (i = 0; i < amcf->routes.nelts; i++) {

        if (!route[i]->aside
            && api_http_order_make(cf, route[i]->loc_conf, API_PHASE_INPUT,
                                   API_PHASE_ANSWER, &route[i]->steps)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * What nginx's core will make of the user directive, or of none; one that
 * stands behind http { } is not known yet.
 */

static void
begin_identity(ngx_conf_t *cf)
{
    const char       *username;
    struct group     *group;
    struct passwd    *user;
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cf->cycle->conf_ctx,
                                           ngx_core_module);

    if (ccf->user != (ngx_uid_t) NGX_CONF_UNSET_UINT) {
        api_check_identity_begin(ccf->username, ccf->user, ccf->group, cf->log);
        return;
    }

    username = NGX_USER;
    user = getpwnam(username);
    group = getgrnam(NGX_GROUP);

    if (user != NULL && group != NULL) {
        api_check_identity_begin(username, user->pw_uid, group->gr_gid,
                                 cf->log);
    }
}


/* nginx numbers the variables it meets: those with a prefix are what anybody
   asks for */

static ngx_int_t
collect_names(ngx_conf_t *cf, const char *prefix, ngx_array_t *names)
{
    size_t                      len;
    ngx_str_t                  *name;
    ngx_uint_t                  i;
    ngx_http_variable_t        *v;
    ngx_http_core_main_conf_t  *cmcf;

    len = ngx_strlen(prefix);

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if (v[i].name.len <= len
            || ngx_memcmp(v[i].name.data, prefix, len) != 0)
        {
            continue;
        }

        name = ngx_array_push(names);
        if (name == NULL) {
            return NGX_ERROR;
        }

        name->len = v[i].name.len - len;
        name->data = v[i].name.data + len;
    }

    return NGX_OK;
}
