
#include "schema/compile.h"


ngx_int_t
api_schema_fill_ref(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_json_t *value)
{
    ngx_int_t            rc;
    ngx_str_t            anchor;
    api_schema_place_t  *target;
    api_schema_logic_t  *logic;

    rc = api_schema_refs_resolve(c, place, value, &target, &anchor);
    if (rc != NGX_OK) {
        return rc;
    }

    logic = api_schema_fill_group(c, place->node, API_SCHEMA_GROUP_LOGIC);
    if (logic == NULL) {
        return NGX_ERROR;
    }

    logic->ref = api_schema_compile_node(c, target);

    return logic->ref != NULL ? NGX_OK : NGX_ERROR;
}


/*
 * The target decides what the reference is: dynamic only if it leads to a
 * $dynamicAnchor (core, section 8.2.3.2).
 */

ngx_int_t
api_schema_fill_dynamic_ref(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t                         rc;
    ngx_str_t                         name;
    api_schema_place_t               *target;
    api_schema_logic_t               *logic;
    api_schema_dynamic_t             *dynamic, **listed;
    const api_schema_anchor_place_t  *anchor;

    rc = api_schema_refs_resolve(c, place, value, &target, &name);
    if (rc != NGX_OK) {
        return rc;
    }

    logic = api_schema_fill_group(c, place->node, API_SCHEMA_GROUP_LOGIC);
    dynamic = ngx_pcalloc(c->pool, sizeof(api_schema_dynamic_t));

    if (logic == NULL || dynamic == NULL) {
        return NGX_ERROR;
    }

    dynamic->first = api_schema_compile_node(c, target);
    if (dynamic->first == NULL) {
        return NGX_ERROR;
    }

    logic->dynamic = dynamic;

    anchor = (name.len != 0) ? api_schema_refs_anchor(target->resource, &name)
                             : NULL;

    if (anchor == NULL || !anchor->dynamic) {
        return NGX_OK;
    }

    dynamic->anchor = name;

    listed = ngx_array_push(&c->dynamics);
    if (listed == NULL) {
        return NGX_ERROR;
    }

    *listed = dynamic;

    return NGX_OK;
}


ngx_int_t
api_schema_fill_definitions(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    return api_schema_fill_expect(c, place, value, API_JSON_OBJECT,
                                  "must be an object of schemas");
}


ngx_int_t
api_schema_fill_default(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    (void) c;

    place->node->fallback = value;

    return NGX_OK;
}


ngx_int_t
api_schema_fill_examples(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    return api_schema_fill_expect(c, place, value, API_JSON_ARRAY,
                                  "must be an array");
}


ngx_int_t
api_schema_fill_words(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    return api_schema_fill_expect(c, place, value, API_JSON_STRING,
                                  "must be a string");
}
