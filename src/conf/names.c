
#include "conf/names.h"
#include "conf/bind.h"
#include "conf/field.h"
#include "conf/hash.h"
#include "conf/param.h"
#include "conf/place.h"
#include "conf/schema.h"
#include "conf/schema_fault.h"
#include "conf/strings.h"


/* something that a statement can call $name */
typedef struct {
    ngx_str_t           name;
    const char         *what;
    api_place_t         place;
} declared_t;


/* what the names of a route are so far */
typedef struct {
    ngx_array_t         names;      /* of declared_t */
    ngx_uint_t          twice;
} names_t;


static ngx_int_t check_declared(ngx_conf_t *cf,
    const api_http_route_t *route);
static ngx_int_t declare(ngx_conf_t *cf, const api_http_route_t *route,
    names_t *names, const declared_t *name);
static ngx_int_t declare_fields(ngx_conf_t *cf,
    const api_http_route_t *route, names_t *names);
static ngx_int_t declare_file(ngx_conf_t *cf,
    const api_http_route_t *route, names_t *names);
static void warn_inputs(ngx_conf_t *cf, const api_http_route_t *route);
static ngx_int_t warn_fields(ngx_conf_t *cf, const api_http_route_t *route);
static ngx_int_t warn_form(ngx_conf_t *cf, const api_http_route_t *route,
    const api_body_short_t *form, const ngx_str_t *prefix);
static ngx_uint_t is_used(const api_http_route_t *route,
    const ngx_str_t *name);
static void warn_unused(ngx_conf_t *cf, const api_http_route_t *route,
    const char *what, const ngx_str_t *name, const api_place_t *place);


ngx_int_t
api_conf_names(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t         rc;
    ngx_uint_t        i;
    api_http_hash_t  *hash;

    if (route->queries.nelts == 0) {
        return NGX_OK;
    }

    if (api_conf_schema(cf, route) != NGX_OK) {
        route->vague = 1;
        return NGX_ERROR;
    }

    rc = check_declared(cf, route);

    if (api_conf_hashes(cf, route) != NGX_OK) {
        rc = NGX_ERROR;
    }

    if (api_conf_bind(cf, route) != NGX_OK
        || api_conf_field_defaults(cf, route) != NGX_OK)
    {
        rc = NGX_ERROR;
    }

    /* what is not used is perhaps what was meant */

    if (rc != NGX_OK || route->refused) {
        return rc;
    }

    if (api_conf_strings(cf, route) != NGX_OK) {
        return NGX_ERROR;
    }

    warn_inputs(cf, route);

    if (warn_fields(cf, route) != NGX_OK) {
        return NGX_ERROR;
    }

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
    names_t            names;
    api_http_hash_t   *hash;
    api_http_input_t  *input;
    api_http_query_t  *query;

    names.twice = 0;

    if (ngx_array_init(&names.names, cf->temp_pool, 16, sizeof(declared_t))
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

    if (declare_file(cf, route, &names) != NGX_OK) {
        return NGX_ERROR;
    }

    return names.twice ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
declare(ngx_conf_t *cf, const api_http_route_t *route, names_t *names,
    const declared_t *name)
{
    ngx_uint_t   i;
    declared_t  *other;

    other = names->names.elts;

    for (i = 0; i < names->names.nelts; i++) {

        if (!api_str_equal(&other[i].name, &name->name)) {
            continue;
        }

        api_conf_log(NGX_LOG_EMERG, cf, &name->place,
                     "api_route \"%V\" declares \"%V\" twice, as %s and "
                     "as %s (%V:%ui): $%V could be either, rename one",
                     &route->name, &name->name, name->what,
                     other[i].what, &other[i].place.file,
                     other[i].place.line, &name->name);
        names->twice = 1;
        return NGX_OK;
    }

    other = ngx_array_push(&names->names);
    if (other == NULL) {
        return NGX_ERROR;
    }

    *other = *name;

    return NGX_OK;
}


static ngx_int_t
declare_fields(ngx_conf_t *cf, const api_http_route_t *route,
    names_t *names)
{
    declared_t               name;
    ngx_uint_t               i;
    api_body_short_t       **field;
    const api_body_short_t  *form;

    form = (route->body != NULL) ? route->body->form : NULL;

    /* of an array each item has its own: no statement can name them */

    if (form == NULL || form->rule.type.array) {
        return NGX_OK;
    }

    field = form->members.elts;

    for (i = 0; i < form->members.nelts; i++) {
        name.name = field[i]->name;
        name.what = "a field of api_body";
        api_conf_schema_place(route->body, field[i], &name.place);

        if (declare(cf, route, names, &name) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* a file's properties are known by asking for them only */

static ngx_int_t
declare_file(ngx_conf_t *cf, const api_http_route_t *route,
    names_t *names)
{
    declared_t                name, *other;
    ngx_uint_t                i, n;
    const api_schema_node_t  *root;

    if (route->body == NULL || route->body->form != NULL) {
        return NGX_OK;
    }

    root = api_schema_root(route->body->schema);

    n = names->names.nelts;

    for (i = 0; i < n; i++) {

        other = names->names.elts;

        if (api_schema_member(root, &other[i].name) == NULL) {
            continue;
        }

        name.name = other[i].name;
        name.what = "a property of the schema";
        name.place = route->body->place;

        return declare(cf, route, names, &name);
    }

    return NGX_OK;
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


static ngx_int_t
warn_fields(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_str_t          name;
    ngx_uint_t         i;
    const api_json_t  *properties, *property;

    static ngx_str_t  key = ngx_string("properties");

    if (route->body == NULL || route->body->whole) {
        return NGX_OK;
    }

    ngx_str_null(&name);

    if (route->body->form != NULL) {
        return warn_form(cf, route, route->body->form, &name);
    }

    properties = (route->body->document->type == API_JSON_OBJECT)
                 ? api_json_member(route->body->document, &key) : NULL;

    if (properties == NULL || properties->type != API_JSON_OBJECT) {
        return NGX_OK;
    }

    for (i = 0; i < properties->count; i++) {
        property = &properties->items[i];

        /* one that SQL cannot name is $body's, if anybody's */

        if (api_conf_name(&property->key) == NULL
            && !is_used(route, &property->key))
        {
            warn_unused(cf, route, "the property", &property->key,
                        &route->body->place);
        }
    }

    return NGX_OK;
}


/* the highest that nobody uses */

static ngx_int_t
warn_form(ngx_conf_t *cf, const api_http_route_t *route,
    const api_body_short_t *form, const ngx_str_t *prefix)
{
    u_char             *p;
    ngx_str_t           name;
    ngx_uint_t          i;
    api_place_t         place;
    api_body_short_t  **member;

    member = form->members.elts;

    for (i = 0; i < form->members.nelts; i++) {

        name.data = ngx_pnalloc(cf->temp_pool,
                                prefix->len + member[i]->name.len + 1);
        if (name.data == NULL) {
            return NGX_ERROR;
        }

        p = name.data;

        if (prefix->len != 0) {
            p = ngx_cpymem(p, prefix->data, prefix->len);
            *p++ = '.';
        }

        p = ngx_cpymem(p, member[i]->name.data, member[i]->name.len);
        name.len = (size_t) (p - name.data);

        if (!is_used(route, &name)) {
            api_conf_schema_place(route->body, member[i], &place);
            warn_unused(cf, route, "the field", &name, &place);
            continue;
        }

        if (member[i]->object && !member[i]->rule.type.array
            && warn_form(cf, route, member[i], &name) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* by its name, with what it is in, or with what is in it */

static ngx_uint_t
is_used(const api_http_route_t *route, const ngx_str_t *name)
{
    size_t             len;
    ngx_uint_t         i;
    api_body_field_t  *field;

    field = route->body->fields.elts;

    for (i = 0; i < route->body->fields.nelts; i++) {

        len = ngx_min(field[i].name.len, name->len);

        if (ngx_memcmp(field[i].name.data, name->data, len) == 0
            && (field[i].name.len == len || field[i].name.data[len] == '.')
            && (name->len == len || name->data[len] == '.'))
        {
            return 1;
        }
    }

    return 0;
}


static void
warn_unused(ngx_conf_t *cf, const api_http_route_t *route, const char *what,
    const ngx_str_t *name, const api_place_t *place)
{
    api_conf_log(NGX_LOG_WARN, cf, place,
                 "%s \"%V\" of \"%V\" is never used: no statement says "
                 "$%V", what, name, &route->name, name);
}
