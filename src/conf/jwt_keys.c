
#include "conf/jwt_keys.h"
#include "conf/keyset.h"
#include "conf/place.h"
#include "http/keyset_source.h"


static char *set_kid(ngx_conf_t *cf, api_http_jwt_t *jwt, ngx_str_t *value);
static api_http_key_source_t *add_source(ngx_conf_t *cf, api_http_jwt_t *jwt,
    const api_http_key_kind_t *kind, const ngx_str_t *written);
static char *find_env(ngx_conf_t *cf, api_http_key_source_t *source,
    ngx_str_t *value);
static char *find_file(ngx_conf_t *cf, api_http_key_source_t *source,
    const ngx_str_t *name);
static char *add_location(ngx_conf_t *cf, api_http_jwt_t *jwt,
    const ngx_str_t *value);


/* env:NAME or file:FILE, and kid=NAME */

char *
api_conf_jwt_key(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    ngx_str_t               name;
    api_http_jwt_t         *jwt;
    api_http_key_source_t  *source;

    jwt = *(api_http_jwt_t **) block->conf;

    if (value->len > 4 && ngx_strncmp(value->data, "kid=", 4) == 0) {
        return set_kid(cf, jwt, value);
    }

    if (value != (ngx_str_t *) cf->args->elts + 1) {
        return "takes one key a line: env:NAME or file:FILE, and perhaps "
               "kid=NAME";
    }

    if (ngx_strncmp(value->data, "env:", 4) == 0) {
        source = add_source(cf, jwt, &api_http_keys_env, value);

        return source ? find_env(cf, source, value) : NGX_CONF_ERROR;
    }

    if (ngx_strncmp(value->data, "file:", 5) == 0) {
        source = add_source(cf, jwt, &api_http_keys_file, value);

        name.data = value->data + 5;
        name.len = value->len - 5;

        return source ? find_file(cf, source, &name) : NGX_CONF_ERROR;
    }

    return "is env:NAME, of nginx's environment, or file:FILE; a secret does "
           "not belong into nginx.conf";
}


/* of the key right before it */

static char *
set_kid(ngx_conf_t *cf, api_http_jwt_t *jwt, ngx_str_t *value)
{
    api_http_key_source_t  *source;

    if (value == (ngx_str_t *) cf->args->elts + 1
        || jwt->keys.sources.nelts == 0)
    {
        return "begins with env:NAME or file:FILE, and kid= follows";
    }

    source = jwt->keys.sources.elts;
    source += jwt->keys.sources.nelts - 1;

    if (source->kid.len != 0) {
        return "has kid= twice";
    }

    source->kid.data = value->data + 4;
    source->kid.len = value->len - 4;

    return source->kid.len <= API_AUTH_KID ? NGX_CONF_OK
                                           : "has a kid of more than 256 bytes";
}


/* FILE.json, or /LOCATION and refresh= and the like */

char *
api_conf_jwt_jwks(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    api_http_jwt_t         *jwt;
    api_http_key_source_t  *source;

    jwt = *(api_http_jwt_t **) block->conf;

    if (value->len == 0) {
        return "needs the name of a file or location";
    }

    source = jwt->keys.sources.elts;

    if (value != (ngx_str_t *) cf->args->elts + 1) {

        source += jwt->keys.sources.nelts - 1;

        return source->kind == &api_http_keyset_kind
               ? (char *) (uintptr_t) api_conf_keyset_option(source->data,
                                                           value)
               : "takes one file a line";
    }

    if (api_conf_keyset_looks(value)) {
        return add_location(cf, jwt, value);
    }

    source = add_source(cf, jwt, &api_http_keys_file, value);

    return source ? find_file(cf, source, value) : NGX_CONF_ERROR;
}


static char *
add_location(ngx_conf_t *cf, api_http_jwt_t *jwt, const ngx_str_t *value)
{
    const char             *why;
    api_http_keyset_t      *set;
    api_http_key_source_t  *source;

    why = api_conf_keyset_add(cf, value, &set);

    if (why != NULL) {
        return (char *) (uintptr_t) why;
    }

    source = add_source(cf, jwt, &api_http_keyset_kind, value);
    if (source == NULL) {
        return NGX_CONF_ERROR;
    }

    source->data = set;

    return NGX_CONF_OK;
}


static api_http_key_source_t *
add_source(ngx_conf_t *cf, api_http_jwt_t *jwt, const api_http_key_kind_t *kind,
    const ngx_str_t *written)
{
    api_http_key_source_t  *source;

    source = ngx_array_push(&jwt->keys.sources);
    if (source == NULL) {
        return NULL;
    }

    ngx_memzero(source, sizeof(api_http_key_source_t));

    source->kind = kind;
    source->written = *written;

    api_conf_place(cf, &source->place);
    source->place.word = 1;

    return source;
}


/* the value is never logged: it is a secret */

static char *
find_env(ngx_conf_t *cf, api_http_key_source_t *source, ngx_str_t *value)
{
    char             *found;
    ngx_str_t        *name;
    ngx_core_conf_t  *ccf;

    if (value->len == 4) {
        return "needs the name of a variable behind \"env:\"";
    }

    /* a binary upgrade hands it on, as with "env NAME;" */

    ccf = (ngx_core_conf_t *) ngx_get_conf(cf->cycle->conf_ctx,
                                           ngx_core_module);

    name = ngx_array_push(&ccf->env);
    if (name == NULL) {
        return NGX_CONF_ERROR;
    }

    name->data = value->data + 4;
    name->len = value->len - 4;

    /* "nginx -s" may have another environment */

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return NGX_CONF_OK;
    }

    found = getenv((char *) value->data + 4);

    if (found == NULL || *found == '\0') {
        api_conf_wrong(cf, 1, "\"key\" of api_jwt says \"%V\", but the "
                       "environment variable is %s: export it where nginx is "
                       "started (for systemd Environment= in a drop-in, and a "
                       "restart)", value, found == NULL ? "not set" : "empty");
        return NGX_CONF_ERROR;
    }

    source->where.len = ngx_strlen(found);
    source->where.data = ngx_pnalloc(cf->pool, source->where.len + 1);
    if (source->where.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(source->where.data, found, source->where.len + 1);

    return NGX_CONF_OK;
}


static char *
find_file(ngx_conf_t *cf, api_http_key_source_t *source, const ngx_str_t *name)
{
    if (name->len == 0) {
        return "needs a file's name behind \"file:\"";
    }

    source->where = *name;

    return ngx_conf_full_name(cf->cycle, &source->where, 1) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


char *
api_conf_jwt_load(ngx_conf_t *cf, api_http_jwt_t *jwt)
{
    ngx_uint_t              i;
    api_http_keys_t        *keys;
    api_http_keys_fault_t   fault;
    api_http_key_source_t  *source;

    keys = &jwt->keys;
    source = keys->sources.elts;

    for (i = 0; i < keys->sources.nelts; i++) {
        source[i].algorithms = jwt->demands.algorithms;
    }

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return NGX_CONF_OK;
    }

    switch (api_http_keys_load(keys, &fault)) {

    case NGX_OK:
        return NGX_CONF_OK;

    case NGX_DECLINED:
        api_conf_log(NGX_LOG_EMERG, cf, &fault.source->place,
                     "api_jwt: \"%V\": %V", &fault.source->written,
                     &fault.text);
        return NGX_CONF_ERROR;

    default:
        return NGX_CONF_ERROR;
    }
}
