
#include "schema/compile.h"


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


/* 3 may be written 3.0; what is too large for us is no limit at all */

ngx_int_t
api_schema_fill_size(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value, size_t *size)
{
    api_schema_number_t  n;

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

    /* scanning has been here, but for what a pointer made a schema */

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
api_schema_fill_list(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    api_schema_list_t *list)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    if (value->type != API_JSON_ARRAY || value->count == 0) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must be an array of schemas, one at "
                                        "least", NULL, "");
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


api_schema_logic_t *
api_schema_fill_logic_of(api_schema_compiler_t *c, api_schema_node_t *node)
{
    if (node->logic == NULL) {
        node->logic = ngx_pcalloc(c->pool, sizeof(api_schema_logic_t));
    }

    return node->logic;
}


api_schema_object_t *
api_schema_fill_object_of(api_schema_compiler_t *c, api_schema_node_t *node)
{
    api_schema_object_t  *object;

    if (node->object != NULL) {
        return node->object;
    }

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


api_schema_array_t *
api_schema_fill_array_of(api_schema_compiler_t *c, api_schema_node_t *node)
{
    if (node->array == NULL) {
        node->array = ngx_pcalloc(c->pool, sizeof(api_schema_array_t));
        if (node->array == NULL) {
            return NULL;
        }

        node->array->max = API_SCHEMA_NO_MAX;
        node->array->max_contains = API_SCHEMA_NO_MAX;
        node->array->min_contains = 1;
    }

    return node->array;
}


ngx_int_t
api_schema_fill_regex(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    const ngx_str_t *pattern, const api_schema_regex_t **out)
{
    char                *why_text;
    ngx_int_t            rc;
    ngx_str_t            why;
    api_schema_regex_t  *regex;

    rc = api_schema_regex_compile(c->pool, pattern, &regex, &why);

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
