
#include "schema/compile.h"


static ngx_int_t fill_items(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_array_t *array,
    const api_json_t *value);


ngx_int_t
api_schema_fill_array(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_node_t *node,
    const api_json_t *value)
{
    size_t              *size;
    ngx_int_t            rc;
    api_schema_array_t  *array;

    array = api_schema_fill_array_of(c, node);
    if (array == NULL) {
        return NGX_ERROR;
    }

    if (api_str_is(&value->key, "prefixItems")) {
        return api_schema_fill_list(c, place, value, &array->prefix);
    }

    if (api_str_is(&value->key, "items")) {
        return fill_items(c, place, array, value);
    }

    if (api_str_is(&value->key, "contains")) {
        return api_schema_fill_child(c, place, value, &array->contains);
    }

    if (api_str_is(&value->key, "uniqueItems")) {
        array->unique = (value->type == API_JSON_TRUE);

        rc = array->unique
             ? NGX_OK
             : api_schema_fill_expect(c, place, value, API_JSON_FALSE,
                                      "must be true or false");
        return rc;
    }

    if (api_str_is(&value->key, "minItems")) {
        size = &array->min;

    } else if (api_str_is(&value->key, "maxItems")) {
        size = &array->max;

    } else if (api_str_is(&value->key, "minContains")) {
        size = &array->min_contains;

    } else {
        size = &array->max_contains;
    }

    return api_schema_fill_size(c, place, value, size);
}


static ngx_int_t
fill_items(api_schema_compiler_t *c, const api_schema_place_t *place,
    api_schema_array_t *array, const api_json_t *value)
{
    if (value->type == API_JSON_ARRAY) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must be one schema, for all items: "
                                        "an array of them is \"prefixItems\" "
                                        "since 2020-12", NULL, "");
    }

    return api_schema_fill_child(c, place, value, &array->items);
}
