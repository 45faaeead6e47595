
#include "conf/objects.h"
#include "conf/fault.h"
#include "http/source.h"


static const api_body_short_t *find_stranger(const api_body_short_t *object,
    const api_sql_type_t *type);
static const api_sql_type_t *composite_of(const api_sql_type_t *type);
static const api_sql_type_t *attribute(const api_sql_type_t *type,
    const ngx_str_t *name);


ngx_int_t
api_conf_objects(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, ngx_uint_t n, const api_sql_type_t *type)
{
    ngx_uint_t               i;
    const api_body_key_t    *key;
    const api_sql_param_t   *param;
    const api_body_field_t  *field;
    const api_body_short_t  *object, *stranger;

    if (query->binds[n].source->form != API_SOURCE_READ
        || query->binds[n].sent
        || route->body->form == NULL)
    {
        return NGX_OK;
    }

    field = route->body->fields.elts;
    field += query->binds[n].index;

    key = field->keys.elts;
    object = route->body->form;

    for (i = 0; i < field->keys.nelts && object != NULL; i++) {
        object = api_body_short_member(object, &key[i].name);
    }

    stranger = (object != NULL) ? find_stranger(object, type) : NULL;

    if (stranger == NULL) {
        return NGX_OK;
    }

    param = query->sql.params.elts;

    api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                   param[n].offset, "\"$%V\" is written as a composite type "
                   "that has no attribute \"%V\", and whoever sends that field "
                   "would be refused: take it out of api_body, or name its "
                   "fields one by one", &param[n].name, &stranger->name);

    return NGX_DECLINED;
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


static const api_sql_type_t *
composite_of(const api_sql_type_t *type)
{
    while (type != NULL && type->kind == API_SQL_ARRAY) {
        type = type->element;
    }

    return (type != NULL && type->kind == API_SQL_COMPOSITE) ? type : NULL;
}


/* one whose type is not known is a text */

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
