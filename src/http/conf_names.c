
#include "http/conf_parts.h"


/* characters of a password: what one client can make a thread chew on */
#define API_HTTP_PASSWORD_MAX  4096


/* something that a statement can call $name */
typedef struct {
    ngx_str_t           name;
    const char         *what;
    api_http_place_t    place;
} declared_t;


static ngx_int_t check_declared(ngx_conf_t *cf,
    const api_http_route_t *route);
static ngx_int_t declare(ngx_conf_t *cf, const api_http_route_t *route,
    ngx_array_t *names, const declared_t *name);
static ngx_int_t declare_fields(ngx_conf_t *cf,
    const api_http_route_t *route, ngx_array_t *names);
static void field_place(const api_http_route_t *route,
    const api_schema_field_t *field, api_http_place_t *place);
static ngx_int_t check_hashes(ngx_conf_t *cf, api_http_route_t *route);
static const char *check_source(api_http_route_t *route,
    api_http_hash_t *hash);
static void warn_inputs(ngx_conf_t *cf, const api_http_route_t *route);
static void warn_fields(ngx_conf_t *cf, const api_http_route_t *route);
static void warn_unused(ngx_conf_t *cf, const api_http_route_t *route,
    const char *what, const ngx_str_t *name, const api_http_place_t *place);


ngx_int_t
api_http_conf_names(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t        i;
    api_http_hash_t  *hash;

    if (route->queries.nelts == 0) {
        return NGX_OK;
    }

    if (check_declared(cf, route) != NGX_OK
        || check_hashes(cf, route) != NGX_OK
        || api_http_conf_bind(cf, route) != NGX_OK)
    {
        return NGX_ERROR;
    }

    warn_inputs(cf, route);
    warn_fields(cf, route);

    hash = route->hashes.elts;

    for (i = 0; i < route->hashes.nelts; i++) {
        if (!hash[i].used) {
            warn_unused(cf, route, "the hash", &hash[i].target,
                        &hash[i].place);
        }
    }

    return NGX_OK;
}


static ngx_int_t
check_declared(ngx_conf_t *cf, const api_http_route_t *route)
{
    declared_t         name;
    ngx_uint_t         i;
    ngx_array_t        names;
    api_http_hash_t   *hash;
    api_http_input_t  *input;
    api_http_query_t  *query;

    if (ngx_array_init(&names, cf->temp_pool, 16, sizeof(declared_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {
        name.name = input[i].name;
        name.what = (input[i].in == API_IN_PATH) ? "a segment of the path"
                                                 : "api_param";
        name.place = input[i].place;

        if (declare(cf, route, &names, &name) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (declare_fields(cf, route, &names) != NGX_OK) {
        return NGX_ERROR;
    }

    hash = route->hashes.elts;

    for (i = 0; i < route->hashes.nelts; i++) {
        name.name = hash[i].target;
        name.what = "api_hash_password";
        name.place = hash[i].place;

        if (declare(cf, route, &names, &name) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {

        if (query[i].as.len == 0) {
            continue;
        }

        name.name = query[i].as;
        name.what = "\"as=\" of api_query";
        name.place = query[i].place;

        if (declare(cf, route, &names, &name) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
declare(ngx_conf_t *cf, const api_http_route_t *route, ngx_array_t *names,
    const declared_t *name)
{
    ngx_uint_t   i;
    declared_t  *other;

    other = names->elts;

    for (i = 0; i < names->nelts; i++) {

        if (!api_str_equal(&other[i].name, &name->name)) {
            continue;
        }

        api_http_conf_log(NGX_LOG_EMERG, cf, &name->place,
                          "api_route \"%V\" declares \"%V\" twice, as %s and "
                          "as %s (%V:%ui): $%V could be either, rename one",
                          &route->name, &name->name, name->what,
                          other[i].what, &other[i].place.file,
                          other[i].place.line, &name->name);
        return NGX_ERROR;
    }

    other = ngx_array_push(names);
    if (other == NULL) {
        return NGX_ERROR;
    }

    *other = *name;

    return NGX_OK;
}


static ngx_int_t
declare_fields(ngx_conf_t *cf, const api_http_route_t *route,
    ngx_array_t *names)
{
    declared_t           name;
    ngx_uint_t           i;
    api_schema_field_t  *field;

    /* of an array each item has its own: no statement can name them */

    if (route->body == NULL || route->body->array) {
        return NGX_OK;
    }

    field = route->body->fields.elts;

    for (i = 0; i < route->body->fields.nelts; i++) {
        name.name = field[i].name;
        name.what = "a field of api_body";
        field_place(route, &field[i], &name.place);

        if (declare(cf, route, names, &name) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
field_place(const api_http_route_t *route, const api_schema_field_t *field,
    api_http_place_t *place)
{
    *place = route->place;
    place->line = field->line;
}


static ngx_int_t
check_hashes(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t             i;
    const char            *why;
    api_http_hash_t       *hash;
    api_http_main_conf_t  *amcf;

    if (route->hashes.nelts == 0) {
        return NGX_OK;
    }

    hash = route->hashes.elts;

    for (i = 0; i < route->hashes.nelts; i++) {

        why = check_source(route, &hash[i]);

        if (why != NULL) {
            api_http_conf_log(NGX_LOG_EMERG, cf, &hash[i].place,
                              "api_hash_password $%V $%V of \"%V\": %s",
                              &hash[i].target, &hash[i].source, &route->name,
                              why);
            return NGX_ERROR;
        }
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);
    amcf->nhash++;

    return NGX_OK;
}


static const char *
check_source(api_http_route_t *route, api_http_hash_t *hash)
{
    ngx_int_t            max;
    api_schema_field_t  *field;

    if (route->body == NULL || route->body->array) {
        return "the password must be a field of an api_body { }, which the "
               "route does not have";
    }

    field = api_http_conf_field(route, &hash->source, &hash->field);

    if (field == NULL) {
        return "the password must be a field of api_body, and there is none "
               "of that name: declare it there";
    }

    if (field->rule.type.kind != API_TYPE_STRING || field->rule.type.array) {
        return "the password must be a field of type string";
    }

    max = field->rule.has_max
          ? ngx_atoi(field->rule.max.data, field->rule.max.len) : NGX_ERROR;

    if (max < 1 || max > API_HTTP_PASSWORD_MAX) {
        return "the password's field needs a max= of at most 4096, as "
               "max=128: hashing is slow by design, and must not be for an "
               "endless text";
    }

    field->used = 1;

    return NULL;
}


static void
warn_inputs(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_uint_t         i;
    api_http_input_t  *input;

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {
        if (!input[i].used) {
            warn_unused(cf, route,
                        input[i].in == API_IN_PATH ? "the segment"
                                                   : "api_param",
                        &input[i].name, &input[i].place);
        }
    }
}


static void
warn_fields(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_uint_t           i;
    api_http_place_t     place;
    api_schema_field_t  *field;

    if (route->body == NULL) {
        return;
    }

    field = route->body->fields.elts;

    for (i = 0; i < route->body->fields.nelts; i++) {
        if (!field[i].used) {
            field_place(route, &field[i], &place);
            warn_unused(cf, route, "the field", &field[i].name, &place);
        }
    }
}


static void
warn_unused(ngx_conf_t *cf, const api_http_route_t *route, const char *what,
    const ngx_str_t *name, const api_http_place_t *place)
{
    api_http_conf_log(NGX_LOG_WARN, cf, place,
                      "%s \"%V\" of \"%V\" is never used: no statement says "
                      "$%V", what, name, &route->name, name);
}
