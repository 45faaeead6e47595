
#include "conf/source.h"
#include "conf/field.h"
#include "conf/param.h"
#include "conf/schema_fault.h"
#include "sql/oid.h"


static ngx_int_t body_find(api_conf_sought_t *s);
static ngx_int_t field_find(api_conf_sought_t *s);
static ngx_int_t field_declare(const api_http_route_t *route,
    api_conf_declared_t *declared);
static const char *field_also(const api_http_route_t *route,
    const ngx_str_t *name, api_place_t *place);
static ngx_uint_t field_knows(const api_http_route_t *route,
    const ngx_str_t *name);
static ngx_int_t field_unused(ngx_conf_t *cf, const api_http_route_t *route);
static void properties_unused(ngx_conf_t *cf, const api_http_route_t *route);
static ngx_int_t members_unused(ngx_conf_t *cf, const api_http_route_t *route,
    const api_body_short_t *form, const ngx_str_t *prefix);
static ngx_uint_t is_used(const api_http_route_t *route,
    const ngx_str_t *name);


const api_conf_source_t  api_conf_source_body = {
    .source = &api_http_source_body,
    .find = body_find
};

const api_conf_source_t  api_conf_source_field = {
    .source = &api_http_source_field,
    .find = field_find,
    .declare = field_declare,
    .also = field_also,
    .knows = field_knows,
    .unused = field_unused
};


static ngx_int_t
body_find(api_conf_sought_t *s)
{
    if (!api_str_is(&s->name, "body")) {
        return NGX_DECLINED;
    }

    if (s->route->body == NULL) {
        s->why = "is the whole body, but the route has no api_body: declare "
                 "what the body may hold";
        return NGX_ERROR;
    }

    s->route->body->whole = 1;
    s->param->declared = API_SQL_OID_jsonb;

    return NGX_OK;
}


static ngx_int_t
field_find(api_conf_sought_t *s)
{
    ngx_int_t                rc;
    const api_body_field_t  *field;

    rc = api_conf_field(s->cf, s->route, &s->name, &s->bind->index);

    if (rc != NGX_OK) {
        return rc;
    }

    field = s->route->body->fields.elts;
    field += s->bind->index;

    s->param->declared = api_type_oid(&field->type);
    s->param->nearest = field->file;
    s->bind->optional = 1;

    return NGX_OK;
}


static ngx_int_t
field_declare(const api_http_route_t *route, api_conf_declared_t *declared)
{
    ngx_uint_t               i;
    api_place_t              place;
    api_body_short_t       **field;
    const api_body_short_t  *form;

    form = (route->body != NULL) ? route->body->form : NULL;

    /* of an array each item has its own: no statement can name them */

    if (form == NULL || form->rule.type.array) {
        return NGX_OK;
    }

    field = form->members.elts;

    for (i = 0; i < form->members.nelts; i++) {

        api_conf_schema_place(route->body, field[i], &place);

        if (api_conf_declared_add(declared, &field[i]->name,
                                  "a field of api_body", &place)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* a file's properties are known by asking for them only */

static const char *
field_also(const api_http_route_t *route, const ngx_str_t *name,
    api_place_t *place)
{
    if (route->body == NULL || route->body->form != NULL
        || !field_knows(route, name))
    {
        return NULL;
    }

    *place = route->body->place;

    return "a property of the schema";
}


static ngx_uint_t
field_knows(const api_http_route_t *route, const ngx_str_t *name)
{
    if (route->body == NULL) {
        return 0;
    }

    return (route->body->form != NULL)
           ? api_body_short_member(route->body->form, name) != NULL
           : api_schema_member(api_schema_root(route->body->schema), name)
             != NULL;
}


static ngx_int_t
field_unused(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_str_t  name;

    if (route->body == NULL || route->body->whole) {
        return NGX_OK;
    }

    ngx_str_null(&name);

    if (route->body->form != NULL) {
        return members_unused(cf, route, route->body->form, &name);
    }

    properties_unused(cf, route);

    return NGX_OK;
}


static void
properties_unused(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_uint_t         i;
    const api_json_t  *properties, *property;

    static ngx_str_t  key = ngx_string("properties");

    properties = (route->body->document->type == API_JSON_OBJECT)
                 ? api_json_member(route->body->document, &key) : NULL;

    if (properties == NULL || properties->type != API_JSON_OBJECT) {
        return;
    }

    for (i = 0; i < properties->count; i++) {
        property = &properties->items[i];

        /* one that SQL cannot name is $body's, if anybody's */

        if (api_conf_name(&property->key) == NULL
            && !is_used(route, &property->key))
        {
            api_conf_declared_unused(cf, route, "the property",
                                     &property->key, &route->body->place);
        }
    }
}


/* the highest that nobody uses */

static ngx_int_t
members_unused(ngx_conf_t *cf, const api_http_route_t *route,
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
            api_conf_declared_unused(cf, route, "the field", &name, &place);
            continue;
        }

        if (member[i]->object && !member[i]->rule.type.array
            && members_unused(cf, route, member[i], &name) != NGX_OK)
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
