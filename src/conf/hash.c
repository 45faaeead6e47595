
#include "conf/directives.h"
#include "conf/field.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/pass.h"
#include "conf/place.h"
#include "conf/source.h"
#include "http/hash.h"


/* PostgreSQL's pg_type.dat */
#define OID_TEXT  25


typedef struct {
    ngx_uint_t          routes;     /* that hash passwords */
} hash_main_conf_t;


static void *create_main(ngx_conf_t *cf);
static void *create_loc(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static ngx_int_t init_module(ngx_cycle_t *cycle);
static ngx_int_t init_process(ngx_cycle_t *cycle);
static ngx_uint_t is_asked(ngx_cycle_t *cycle);
static ngx_uint_t is_used(void **loc_conf);
static const char *directive_of(const api_http_route_t *route);
static char *read_hash(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *check_variable(const ngx_str_t *word, ngx_str_t *name);
static const char *check_path(const ngx_str_t *path);
static ngx_int_t check_hashes(ngx_conf_t *cf, api_http_route_t *route);
static const char *check_source(ngx_conf_t *cf, api_http_route_t *route,
    api_http_hash_t *hash);
static const char *check_bound(const api_body_short_t *form,
    const ngx_str_t *path);
static ngx_int_t find(api_conf_sought_t *s);
static ngx_int_t declare(const api_http_route_t *route,
    api_conf_declared_t *declared);
static ngx_uint_t knows(const api_http_route_t *route, const ngx_str_t *name);
static ngx_int_t unused(ngx_conf_t *cf, const api_http_route_t *route);
static api_http_hash_t *get(const api_http_route_t *route,
    const ngx_str_t *name);


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

    create_main,                           /* create main configuration */
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
    init_module,                           /* init module */
    init_process,                          /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static const api_http_step_t  steps[] = {
    { "hash", API_PHASE_WORK, is_used, api_http_hash_step,
      api_http_hash_forget },
    { NULL, API_PHASE_WORK, NULL, NULL, NULL }
};


api_http_chapter_t  api_conf_hash_chapter = {
    .name = "hash",
    .steps = steps,
    .idle = directive_of
};


/* when fields are known, and before a statement's name is looked for */
static const api_conf_pass_t  pass = {
    "hashes", check_hashes, .statements = 1, .after = "names"
};


static const api_conf_source_t  source = {
    .source = &api_http_hash_source,
    .find = find,
    .declare = declare,
    .knows = knows,
    .unused = unused
};


static void *
create_main(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(hash_main_conf_t));
}


/* a route's own: nothing flows down to it */

static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(api_http_hash_loc_conf_t));
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    if (api_http_chapter_add(cf, &api_conf_hash_chapter) != NGX_OK
        || api_conf_source_add(cf, &source) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_conf_pass_add(cf, &pass);
}


static ngx_int_t
init_module(ngx_cycle_t *cycle)
{
    if (is_asked(cycle)) {
        api_http_hash_share(cycle);
    }

    return NGX_OK;
}


static ngx_int_t
init_process(ngx_cycle_t *cycle)
{
    if ((ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
        || !is_asked(cycle))
    {
        return NGX_OK;
    }

    return api_http_hash_init(cycle);
}


static ngx_uint_t
is_asked(ngx_cycle_t *cycle)
{
    hash_main_conf_t  *hmcf;

    hmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_hash_module);

    return hmcf != NULL && hmcf->routes != 0;
}


static ngx_uint_t
is_used(void **loc_conf)
{
    api_http_hash_loc_conf_t  *hlcf;

    hlcf = loc_conf[ngx_http_api_hash_module.ctx_index];

    return hlcf->hashes.elts != NULL;
}


static const char *
directive_of(const api_http_route_t *route)
{
    return is_used(route->loc_conf) ? "api_hash_password" : NULL;
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
    api_conf_place(cf, &read.place);

    why = check_variable(&value[1], &read.target);

    if (why == NULL) {
        why = check_variable(&value[2], &read.source);
    }

    if (why == NULL) {
        why = api_conf_name(&read.target);
    }

    if (why == NULL) {
        why = check_path(&read.source);
    }

    if (why == NULL && api_str_equal(&read.target, &read.source)) {
        why = "the hash needs another name than the password";
    }

    if (why != NULL) {
        api_conf_wrong(cf, 1, "api_hash_password %V %V: %s", &value[1],
                       &value[2], why);
        return api_conf_keep(cf, alcf->route, 1);
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


static const char *
check_variable(const ngx_str_t *word, ngx_str_t *name)
{
    if (word->len == 0 || word->data[0] != '$') {
        return "both names begin with \"$\"";
    }

    name->data = word->data + 1;
    name->len = word->len - 1;

    return NULL;
}


/* $user.password: the parts between the dots are names */

static const char *
check_path(const ngx_str_t *path)
{
    size_t       i, from;
    ngx_str_t    part;
    const char  *why;

    from = 0;

    for (i = 0; i <= path->len; i++) {

        if (i != path->len && path->data[i] != '.') {
            continue;
        }

        part.data = path->data + from;
        part.len = i - from;
        from = i + 1;

        why = api_conf_name(&part);
        if (why != NULL) {
            return why;
        }
    }

    return NULL;
}


/* that the passwords are fields of the body, and bounded */

static ngx_int_t
check_hashes(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t          rc;
    ngx_uint_t         i, n;
    const char        *why;
    api_http_hash_t   *hash;
    hash_main_conf_t  *hmcf;

    rc = NGX_OK;
    hash = api_http_hash_list(route, &n);

    if (n == 0) {
        return NGX_OK;
    }

    for (i = 0; i < n; i++) {

        why = check_source(cf, route, &hash[i]);

        if (why != NULL) {
            api_conf_log(NGX_LOG_EMERG, cf, &hash[i].place,
                         "api_hash_password $%V $%V of \"%V\": %s",
                         &hash[i].target, &hash[i].source, &route->name,
                         why);
            rc = NGX_ERROR;
        }
    }

    hmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_hash_module);
    hmcf->routes++;

    return rc;
}


static const char *
check_source(ngx_conf_t *cf, api_http_route_t *route, api_http_hash_t *hash)
{
    ngx_int_t          rc;
    api_body_field_t  *field;

    if (route->body == NULL) {
        return "the password must be a field of an api_body { }, which the "
               "route does not have";
    }

    rc = api_conf_field(cf, route, &hash->source, &hash->field);

    if (rc == NGX_ERROR) {
        return "no memory";
    }

    if (rc == NGX_DECLINED) {
        return "the password must be a field of api_body, and there is none "
               "of that name: declare it there";
    }

    field = route->body->fields.elts;
    field += hash->field;

    if (field->type.kind != API_TYPE_STRING || field->type.array) {
        return "the password must be a field of type string";
    }

    /* what a schema's file says of it is held to the same bound by
       body/field.c */

    field->limited = 1;
    field->settled = 1;

    return route->body->form != NULL
           ? check_bound(route->body->form, &hash->source) : NULL;
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


static ngx_int_t
find(api_conf_sought_t *s)
{
    ngx_uint_t        n;
    api_http_hash_t  *hash;

    hash = get(s->route, &s->name);

    if (hash == NULL) {
        return NGX_DECLINED;
    }

    hash->used = 1;

    s->param->declared = OID_TEXT;
    s->bind->index = (ngx_uint_t) (hash - api_http_hash_list(s->route, &n));

    return NGX_OK;
}


static ngx_int_t
declare(const api_http_route_t *route, api_conf_declared_t *declared)
{
    ngx_uint_t              i, n;
    const api_http_hash_t  *hash;

    hash = api_http_hash_list(route, &n);

    for (i = 0; i < n; i++) {
        if (api_conf_declared_add(declared, &hash[i].target,
                                  "api_hash_password", &hash[i].place)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
knows(const api_http_route_t *route, const ngx_str_t *name)
{
    return get(route, name) != NULL;
}


static ngx_int_t
unused(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_uint_t              i, n;
    const api_http_hash_t  *hash;

    hash = api_http_hash_list(route, &n);

    for (i = 0; i < n; i++) {
        if (!hash[i].used) {
            api_conf_declared_unused(cf, route, "the hash", &hash[i].target,
                                     &hash[i].place);
        }
    }

    return NGX_OK;
}


static api_http_hash_t *
get(const api_http_route_t *route, const ngx_str_t *name)
{
    ngx_uint_t        i, n;
    api_http_hash_t  *hash;

    hash = api_http_hash_list(route, &n);

    for (i = 0; i < n; i++) {
        if (api_str_equal(&hash[i].target, name)) {
            return &hash[i];
        }
    }

    return NULL;
}
