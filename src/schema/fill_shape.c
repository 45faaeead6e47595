
#include "schema/compile.h"


static api_schema_text_t *make_text(api_schema_compiler_t *c,
    api_schema_node_t *node);
static api_schema_array_t *make_array(api_schema_compiler_t *c,
    api_schema_node_t *node);
static api_schema_object_t *make_object(api_schema_compiler_t *c,
    api_schema_node_t *node);


ngx_int_t
api_schema_fill_expect(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    api_json_type_e type, const char *sentence)
{
    if (value->type == type) {
        return NGX_OK;
    }

    return api_schema_compile_fault(c, place, &value->key, sentence, NULL,
                                    "");
}


ngx_int_t
api_schema_fill_flag(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    if (value->type == API_JSON_TRUE) {
        return NGX_OK;
    }

    return api_schema_fill_expect(c, place, value, API_JSON_FALSE,
                                  "must be true or false");
}


/* 3 may be written 3.0; a limit too large for us is no limit */

ngx_int_t
api_schema_fill_size(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    size_t               *size;
    api_schema_number_t   n;

    size = api_schema_fill_field(c, place->node, &value->key);
    if (size == NULL) {
        return NGX_ERROR;
    }

    if (value->type != API_JSON_NUMBER
        || api_schema_number_read(&value->text, &n) != NGX_OK
        || !api_schema_number_whole(&value->text)
        || (n.number.negative && n.number.first != n.number.end))
    {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must be a whole number, 0 or more",
                                        NULL, "");
    }

    if (n.number.first == n.number.end) {
        *size = 0;
        return NGX_OK;
    }

    if (n.number.weight > 9) {
        *size = API_SCHEMA_NO_MAX - 1;
        return NGX_OK;
    }

    /* as a divisor it is 25 * 10^1 for 250 */

    if (api_schema_number_divisor(&n) != NGX_OK) {
        return NGX_ERROR;
    }

    for (*size = n.divisor; n.scale < 0; n.scale++) {
        *size *= 10;
    }

    return NGX_OK;
}


ngx_int_t
api_schema_fill_child(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *json,
    const api_schema_node_t **node)
{
    ngx_int_t            rc;
    api_schema_place_t  *child;

    child = api_schema_registry_place(c, json);

    /* what has no place yet was not a schema before a $ref pointed to it */

    if (child == NULL) {
        rc = api_schema_registry_scan(c, place->file, json, place->resource,
                                      &place->pointer, &child);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    *node = api_schema_compile_node(c, child);

    return *node != NULL ? NGX_OK : NGX_ERROR;
}


ngx_int_t
api_schema_fill_schema(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    const api_schema_node_t  **node;

    node = api_schema_fill_field(c, place->node, &value->key);

    return node != NULL ? api_schema_fill_child(c, place, value, node)
                        : NGX_ERROR;
}


ngx_int_t
api_schema_fill_schemas(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t           rc;
    ngx_uint_t          i;
    api_schema_list_t  *list;

    if (value->type != API_JSON_ARRAY || value->count == 0) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must be an array of schemas, one at "
                                        "least", NULL, "");
    }

    list = api_schema_fill_field(c, place->node, &value->key);
    if (list == NULL) {
        return NGX_ERROR;
    }

    list->count = value->count;
    list->nodes = ngx_pcalloc(c->pool, value->count * sizeof(void *));

    if (list->nodes == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < value->count; i++) {
        rc = api_schema_fill_child(c, place, &value->items[i],
                                   &list->nodes[i]);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


void *
api_schema_fill_field(api_schema_compiler_t *c, api_schema_node_t *node,
    const ngx_str_t *name)
{
    u_char                      *group;
    const api_schema_keyword_t  *keyword;

    keyword = api_schema_keyword_find(name);
    group = api_schema_fill_group(c, node, keyword->group);

    return group != NULL ? group + keyword->offset : NULL;
}


void *
api_schema_fill_group(api_schema_compiler_t *c, api_schema_node_t *node,
    api_schema_group_e group)
{
    switch (group) {

    case API_SCHEMA_GROUP_NUMERIC:
        if (node->numeric == NULL) {
            node->numeric = ngx_pcalloc(c->pool, sizeof(api_schema_numeric_t));
        }

        return node->numeric;

    case API_SCHEMA_GROUP_TEXT:
        return node->text != NULL ? node->text : make_text(c, node);

    case API_SCHEMA_GROUP_ARRAY:
        return node->array != NULL ? node->array : make_array(c, node);

    case API_SCHEMA_GROUP_OBJECT:
        return node->object != NULL ? node->object : make_object(c, node);

    case API_SCHEMA_GROUP_LOGIC:
        if (node->logic == NULL) {
            node->logic = ngx_pcalloc(c->pool, sizeof(api_schema_logic_t));
        }

        return node->logic;

    default: /* API_SCHEMA_GROUP_NODE */
        return node;
    }
}


static api_schema_text_t *
make_text(api_schema_compiler_t *c, api_schema_node_t *node)
{
    node->text = ngx_pcalloc(c->pool, sizeof(api_schema_text_t));

    if (node->text != NULL) {
        node->text->max = API_SCHEMA_NO_MAX;
    }

    return node->text;
}


static api_schema_array_t *
make_array(api_schema_compiler_t *c, api_schema_node_t *node)
{
    node->array = ngx_pcalloc(c->pool, sizeof(api_schema_array_t));

    if (node->array != NULL) {
        node->array->max = API_SCHEMA_NO_MAX;
        node->array->max_contains = API_SCHEMA_NO_MAX;
        node->array->min_contains = 1;
    }

    return node->array;
}


static api_schema_object_t *
make_object(api_schema_compiler_t *c, api_schema_node_t *node)
{
    api_schema_object_t  *object;

    object = ngx_pcalloc(c->pool, sizeof(api_schema_object_t));

    if (object == NULL
        || api_schema_names_init(&object->names, c->pool) != NGX_OK)
    {
        return NULL;
    }

    object->max = API_SCHEMA_NO_MAX;
    node->object = object;

    return object;
}


ngx_int_t
api_schema_fill_regex(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    const ngx_str_t *pattern, const api_regex_t **out)
{
    char         *why_text;
    ngx_int_t     rc;
    ngx_str_t     why;
    api_regex_t  *regex;

    rc = api_regex_compile(c->pool, pattern, &regex, &why);

    if (rc == NGX_DECLINED) {
        why_text = ngx_pnalloc(c->pool, why.len + 3);
        if (why_text == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(why_text, ": ", 2);
        ngx_memcpy(why_text + 2, why.data, why.len);
        why_text[why.len + 2] = '\0';

        return api_schema_compile_fault(c, place, &value->key,
                                        "has a pattern that cannot be used, ",
                                        pattern, why_text);
    }

    *out = regex;

    return rc;
}
