

#include "conf/field.h"
#include "conf/place.h"
#include "core/buf.h"
#include "sql/inferred.h"


static ngx_int_t add_field(ngx_conf_t *cf, api_body_t *body,
    const ngx_str_t *name, ngx_uint_t *n);
static ngx_int_t add_key(api_body_field_t *field, const ngx_str_t *name,
    const api_schema_node_t *node, api_buf_t *pointer);
static ngx_int_t check_defaults(ngx_conf_t *cf, const api_http_route_t *route,
    const api_body_field_t *field);
static ngx_int_t find_first(api_body_t *body, api_body_field_t *field);
static void take_form(api_body_field_t *field,
    const api_body_short_t *form);
static void take_schema(api_body_field_t *field,
    const api_schema_node_t *node);
static void scalar_type(const api_schema_node_t *node, ngx_uint_t types,
    api_type_t *type);
static api_type_kind_e string_kind(const ngx_str_t *format);
static ngx_str_t first_part(const u_char **p, const u_char *end);


/*
 * What each name of the body stands for is found out once, when a statement
 * or a hash says it first.
 */

ngx_int_t
api_conf_field(ngx_conf_t *cf, const api_http_route_t *route,
    const ngx_str_t *name, ngx_uint_t *n)
{
    api_body_field_t  *field;

    if (route->body == NULL) {
        return NGX_DECLINED;
    }

    field = route->body->fields.elts;

    for (*n = 0; *n < route->body->fields.nelts; (*n)++) {
        if (api_str_equal(&field[*n].name, name)) {
            return NGX_OK;
        }
    }

    return add_field(cf, route->body, name, n);
}


static ngx_int_t
add_field(ngx_conf_t *cf, api_body_t *body, const ngx_str_t *name,
    ngx_uint_t *n)
{
    api_buf_t                 pointer;
    ngx_str_t                 part;
    const u_char             *p, *end;
    api_body_field_t          field, *pushed;
    const api_schema_node_t  *node;
    const api_body_short_t   *form;

    ngx_memzero(&field, sizeof(api_body_field_t));
    field.name = *name;

    if (ngx_array_init(&field.keys, cf->pool, 1, sizeof(api_body_key_t))
        != NGX_OK
        || api_buf_init(&pointer, cf->pool, name->len + 1,
                        NGX_MAX_SIZE_T_VALUE)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    node = api_schema_root(body->schema);
    form = body->form;

    p = name->data;
    end = name->data + name->len;

    while (p < end) {
        part = first_part(&p, end);
        node = api_schema_member(node, &part);

        if (node == NULL) {
            return NGX_DECLINED;
        }

        if (form != NULL) {
            form = api_body_short_member(form, &part);
        }

        if (add_key(&field, &part, node, &pointer) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (find_first(body, &field) != NGX_OK) {
        return NGX_ERROR;
    }

    if (form != NULL) {
        take_form(&field, form);

    } else {
        take_schema(&field, node);
    }

    pushed = ngx_array_push(&body->fields);

    if (pushed == NULL
        || api_buf_string(&pointer, &field.pointer) != NGX_OK)
    {
        return NGX_ERROR;
    }

    *pushed = field;
    *n = body->fields.nelts - 1;

    return NGX_OK;
}


static ngx_int_t
add_key(api_body_field_t *field, const ngx_str_t *name,
    const api_schema_node_t *node, api_buf_t *pointer)
{
    api_body_key_t  *key;

    key = ngx_array_push(&field->keys);
    if (key == NULL) {
        return NGX_ERROR;
    }

    key->name = *name;
    key->fallback = api_schema_default(node);

    /* names have nothing that a pointer escapes */

    api_buf_add_char(pointer, '/');
    api_buf_add_str(pointer, name);

    return NGX_OK;
}


/* a schema's default is an annotation, but here it is bound */

ngx_int_t
api_conf_field_defaults(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t          rc;
    ngx_uint_t         i;
    api_body_field_t  *field;

    if (route->body == NULL || route->body->form != NULL) {
        return NGX_OK;
    }

    field = route->body->fields.elts;

    for (i = 0; i < route->body->fields.nelts; i++) {
        rc = check_defaults(cf, route, &field[i]);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
check_defaults(ngx_conf_t *cf, const api_http_route_t *route,
    const api_body_field_t *field)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    ngx_array_t              *failures;
    api_failure_t            *failure;
    api_body_key_t           *key;
    const api_schema_node_t  *node;

    key = field->keys.elts;
    node = api_schema_root(route->body->schema);

    for (i = 0; i < field->keys.nelts; i++) {

        node = api_schema_member(node, &key[i].name);

        /* null is NULL, as what is absent is without a default */

        if (node == NULL || key[i].fallback == NULL
            || key[i].fallback->type == API_JSON_NULL)
        {
            continue;
        }

        rc = api_schema_validate_node(route->body->schema, node,
                                      key[i].fallback, cf->temp_pool,
                                      &failures);
        if (rc == NGX_DECLINED) {
            failure = failures->elts;

            api_conf_log(NGX_LOG_EMERG, cf, &route->body->place,
                         "api_body of \"%V\": \"%V\": the default of "
                         "\"%V\" breaks its own schema: %V%s%V",
                         &route->name, &route->body->file, &key[i].name,
                         &failure->message,
                         failure->field.len != 0 ? ", at " : "",
                         &failure->field);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* the place of the first key, which other fields may have, too */

static ngx_int_t
find_first(api_body_t *body, api_body_field_t *field)
{
    ngx_int_t              at;
    const api_body_key_t  *key;

    key = field->keys.elts;

    at = api_schema_names_add(&body->names, &key[0].name);
    if (at < 0) {
        return NGX_ERROR;
    }

    field->first = (ngx_uint_t) at;

    return NGX_OK;
}


static void
take_form(api_body_field_t *field, const api_body_short_t *form)
{
    field->type = form->rule.type;

    if (form->object) {
        /* an array of objects is one value for jsonb_to_recordset() */
        field->type.array = 0;
    }
}


/*
 * A schema says less than a type: what is of one JSON type becomes the type of
 * SQL nearest to it, all else json.
 */

static void
take_schema(api_body_field_t *field, const api_schema_node_t *node)
{
    api_type_t                 item;
    ngx_uint_t                 types;
    const api_schema_node_t   *items;

    field->file = 1;
    field->type.kind = API_TYPE_JSON;

    types = api_schema_types(node) & ~(ngx_uint_t) API_SCHEMA_NULL;

    if (types != API_SCHEMA_ARRAY) {
        scalar_type(node, types, &field->type);
        return;
    }

    items = api_schema_items(node);

    if (items == NULL) {
        return;
    }

    ngx_memzero(&item, sizeof(api_type_t));
    scalar_type(items,
                api_schema_types(items) & ~(ngx_uint_t) API_SCHEMA_NULL,
                &item);

    if (item.kind != API_TYPE_JSON) {
        field->type.kind = item.kind;
        field->type.array = 1;
    }
}


static void
scalar_type(const api_schema_node_t *node, ngx_uint_t types,
    api_type_t *type)
{
    ngx_str_t  format;

    type->kind = API_TYPE_JSON;

    switch (types) {

    case API_SCHEMA_BOOLEAN:
        type->kind = API_TYPE_BOOL;
        return;

    case API_SCHEMA_INTEGER:
        type->kind = API_TYPE_BIGINT;
        return;

    case API_SCHEMA_FRACTION:
    case API_SCHEMA_NUMBER:
        type->kind = API_TYPE_NUMBER;
        return;

    case API_SCHEMA_STRING:
        format = api_schema_format(node);
        type->kind = string_kind(&format);
        return;
    }
}


/* the formats whose every value PostgreSQL's type reads */

static api_type_kind_e
string_kind(const ngx_str_t *format)
{
    ngx_uint_t  i;

    static const struct {
        const char       *format;
        api_type_kind_e   kind;
    } kinds[] = {
        { "uuid", API_TYPE_UUID },
        { "date", API_TYPE_DATE },
        { "date-time", API_TYPE_TIMESTAMP },
        { "time", API_TYPE_TIME },
        { "ipv4", API_TYPE_IPV4 },
        { "ipv6", API_TYPE_IPV6 },
        { NULL, API_TYPE_NONE }
    };

    for (i = 0; kinds[i].format != NULL; i++) {
        if (format->len == ngx_strlen(kinds[i].format)
            && ngx_memcmp(format->data, kinds[i].format, format->len) == 0)
        {
            return kinds[i].kind;
        }
    }

    return API_TYPE_STRING;
}


/*
 * A schema's file cannot say uuid or interval: its fields are of the type that
 * the statement takes.  One that goes into two types is two fields.
 */

ngx_int_t
api_conf_field_settle(const api_http_route_t *route,
    api_http_bind_t *bind, const api_sql_inferred_t *type)
{
    api_type_t         settled;
    ngx_uint_t         i;
    api_body_field_t  *field, *pushed, copy;

    field = route->body->fields.elts;
    copy = field[bind->index];

    if (!copy.file) {
        return NGX_OK;
    }

    settled = api_sql_inferred_nearest(type);
    copy.type.kind = settled.kind;
    copy.type.array = settled.array;

    if (!field[bind->index].settled) {
        field[bind->index].type = copy.type;
        field[bind->index].settled = 1;
        return NGX_OK;
    }

    for (i = 0; i < route->body->fields.nelts; i++) {

        if (api_str_equal(&field[i].name, &copy.name)
            && field[i].type.kind == copy.type.kind
            && field[i].type.array == copy.type.array)
        {
            bind->index = i;
            return NGX_OK;
        }
    }

    pushed = ngx_array_push(&route->body->fields);
    if (pushed == NULL) {
        return NGX_ERROR;
    }

    *pushed = copy;
    bind->index = route->body->fields.nelts - 1;

    return NGX_OK;
}


/* "address" of "address.city", and *p behind its dot */

static ngx_str_t
first_part(const u_char **p, const u_char *end)
{
    ngx_str_t      part;
    const u_char  *dot;

    for (dot = *p; dot < end && *dot != '.'; dot++) { /* void */ }

    part.data = (u_char *) (uintptr_t) *p;
    part.len = (size_t) (dot - *p);

    *p = (dot < end) ? dot + 1 : end;

    return part;
}
