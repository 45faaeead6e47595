
#include "schema/compile.h"


ngx_int_t
api_schema_fill_items(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    if (value->type == API_JSON_ARRAY) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must be one schema, for all items: "
                                        "an array of them is \"prefixItems\" "
                                        "since 2020-12", NULL, "");
    }

    return api_schema_fill_schema(c, place, value);
}


ngx_int_t
api_schema_fill_unique(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    api_schema_array_t  *array;

    array = api_schema_fill_group(c, place->node, API_SCHEMA_GROUP_ARRAY);
    if (array == NULL) {
        return NGX_ERROR;
    }

    array->unique = (value->type == API_JSON_TRUE);

    return api_schema_fill_flag(c, place, value);
}
