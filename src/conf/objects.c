
#include "conf/objects.h"
#include "conf/fault.h"
#include "http/source.h"


/* a schema's members against a type, as deep as JSON is read */
typedef struct {
    const api_sql_type_t  *type;
    const ngx_str_t       *stranger;
    ngx_uint_t             depth;
} objects_walk_t;


static const ngx_str_t *find_in_form(const api_body_short_t *object,
    const api_body_field_t *field, const api_sql_type_t *type);
static const api_body_short_t *find_stranger(const api_body_short_t *object,
    const api_sql_type_t *type);
static const ngx_str_t *find_in_schema(const api_schema_node_t *node,
    const api_body_field_t *field, const api_sql_type_t *type);
static ngx_int_t walk(objects_walk_t *w, const api_schema_node_t *node,
    const api_sql_type_t *type);
static ngx_int_t look_at(void *data, const ngx_str_t *name,
    const api_schema_node_t *member);
static const api_sql_type_t *composite_of(const api_sql_type_t *type);
static const api_sql_type_t *attribute(const api_sql_type_t *type,
    const ngx_str_t *name);


ngx_int_t
api_conf_objects(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, ngx_uint_t n, const api_sql_type_t *type)
{
    const ngx_str_t         *stranger;
    const api_sql_param_t   *param;
    const api_body_field_t  *field;

    if (query->binds[n].source->form != API_SOURCE_READ
        || query->binds[n].sent)
    {
        return NGX_OK;
    }

    field = route->body->fields.elts;
    field += query->binds[n].index;

    stranger = (route->body->form != NULL)
               ? find_in_form(route->body->form, field, type)
               : find_in_schema(api_schema_root(route->body->schema), field,
                                type);

    if (stranger == NULL) {
        return NGX_OK;
    }

    param = query->sql.params.elts;

    api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                   param[n].offset, "\"$%V\" is written as a composite type "
                   "that has no attribute \"%V\", and whoever sends that field "
                   "would be refused: take it out of %s, or name its "
                   "fields one by one", &param[n].name, stranger,
                   route->body->form != NULL ? "api_body" : "the schema");

    return NGX_DECLINED;
}


static const ngx_str_t *
find_in_form(const api_body_short_t *object, const api_body_field_t *field,
    const api_sql_type_t *type)
{
    ngx_uint_t               i;
    const api_body_key_t    *key;
    const api_body_short_t  *stranger;

    key = field->keys.elts;

    for (i = 0; i < field->keys.nelts && object != NULL; i++) {
        object = api_body_short_member(object, &key[i].name);
    }

    stranger = (object != NULL) ? find_stranger(object, type) : NULL;

    return stranger != NULL ? &stranger->name : NULL;
}


/* as deep as fields nest */

static const api_body_short_t *
find_stranger(const api_body_short_t *object, const api_sql_type_t *type)
{
    ngx_uint_t                      i;
    const api_sql_type_t           *is;
    const api_body_short_t         *stranger;
    const api_body_short_t *const  *member;

    type = composite_of(type);

    if (!object->object || type == NULL) {
        return NULL;
    }

    member = object->members.elts;

    for (i = 0; i < object->members.nelts; i++) {

        is = attribute(type, &member[i]->name);

        if (is == NULL) {
            return member[i];
        }

        stranger = find_stranger(member[i], is);

        if (stranger != NULL) {
            return stranger;
        }
    }

    return NULL;
}


static const ngx_str_t *
find_in_schema(const api_schema_node_t *node, const api_body_field_t *field,
    const api_sql_type_t *type)
{
    ngx_uint_t             i;
    objects_walk_t         w;
    const api_body_key_t  *key;

    key = field->keys.elts;

    for (i = 0; i < field->keys.nelts && node != NULL; i++) {
        node = api_schema_member(node, &key[i].name);
    }

    ngx_memzero(&w, sizeof(objects_walk_t));

    return node != NULL && walk(&w, node, type) == NGX_DECLINED ? w.stranger
                                                                : NULL;
}


static ngx_int_t
walk(objects_walk_t *w, const api_schema_node_t *node,
    const api_sql_type_t *type)
{
    ngx_int_t                 rc;
    objects_walk_t            inner;
    const api_schema_node_t  *items;

    items = api_schema_items(node);

    if (items != NULL && type != NULL && type->kind == API_SQL_ARRAY) {
        node = items;
    }

    inner.type = composite_of(type);
    inner.depth = w->depth + 1;

    if (inner.type == NULL || inner.depth > API_JSON_DEPTH) {
        return NGX_OK;
    }

    rc = api_schema_each(node, look_at, &inner);

    w->stranger = inner.stranger;

    return rc;
}


static ngx_int_t
look_at(void *data, const ngx_str_t *name, const api_schema_node_t *member)
{
    objects_walk_t        *w;
    const api_sql_type_t  *is;

    w = data;
    is = attribute(w->type, name);

    if (is == NULL) {
        w->stranger = name;
        return NGX_DECLINED;
    }

    return walk(w, member, is);
}


static const api_sql_type_t *
composite_of(const api_sql_type_t *type)
{
    while (type != NULL && type->kind == API_SQL_ARRAY) {
        type = type->element;
    }

    return (type != NULL && type->kind == API_SQL_COMPOSITE) ? type : NULL;
}


/* the attribute of that name; where its type is not known it counts as text */

static const api_sql_type_t *
attribute(const api_sql_type_t *type, const ngx_str_t *name)
{
    ngx_str_t   own;
    ngx_uint_t  i;

    for (i = 0; i < type->nfields; i++) {

        own.data = api_unconst(api_sql_field_name(&type->fields[i]));
        own.len = ngx_strlen(own.data);

        if (api_str_equal(name, &own)) {
            return type->fields[i].type ? type->fields[i].type
                                        : &api_sql_type_text;
        }
    }

    return NULL;
}
