
#include "conf/hash.h"
#include "conf/directives.h"
#include "conf/field.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/param.h"
#include "conf/place.h"


static const char *check_variable(const ngx_str_t *word, ngx_str_t *name);
static const char *check_path(const ngx_str_t *path);
static const char *check_source(ngx_conf_t *cf, api_http_route_t *route,
    api_http_hash_t *hash);
static const char *check_bound(const api_body_short_t *form,
    const ngx_str_t *path);


/* api_hash_password $target $source */

char *
api_conf_hash_password(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    char             *rv;
    ngx_str_t        *value;
    const char       *why;
    api_http_hash_t  *hash, read;

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

    hash = ngx_array_push(&alcf->route->hashes);
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


ngx_int_t
api_conf_hashes(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t              rc;
    ngx_uint_t             i;
    const char            *why;
    api_http_hash_t       *hash;
    api_http_main_conf_t  *amcf;

    rc = NGX_OK;

    if (route->hashes.nelts == 0) {
        return NGX_OK;
    }

    hash = route->hashes.elts;

    for (i = 0; i < route->hashes.nelts; i++) {

        why = check_source(cf, route, &hash[i]);

        if (why != NULL) {
            api_conf_log(NGX_LOG_EMERG, cf, &hash[i].place,
                         "api_hash_password $%V $%V of \"%V\": %s",
                         &hash[i].target, &hash[i].source, &route->name,
                         why);
            rc = NGX_ERROR;
        }
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);
    amcf->nhash++;

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
