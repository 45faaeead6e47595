
#include "schema/compile.h"


static ngx_int_t fill_one(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_logic_t *logic,
    const api_json_t *value);


ngx_int_t
api_schema_fill_ref(api_schema_compiler_t *c, const api_schema_place_t *place,
    api_schema_node_t *node, const api_json_t *value)
{
    ngx_int_t            rc;
    ngx_str_t            anchor;
    api_schema_place_t  *target;
    api_schema_logic_t  *logic;

    rc = api_schema_refs_resolve(c, place, value, &target, &anchor);
    if (rc != NGX_OK) {
        return rc;
    }

    logic = api_schema_fill_logic_of(c, node);
    if (logic == NULL) {
        return NGX_ERROR;
    }

    logic->ref = api_schema_compile_node(c, target);

    return logic->ref != NULL ? NGX_OK : NGX_ERROR;
}


/*
 * Where the reference leads to decides what it is: only to a $dynamicAnchor
 * it is dynamic (core, section 8.2.3.2).
 */

ngx_int_t
api_schema_fill_dynamic_ref(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_node_t *node,
    const api_json_t *value)
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

    logic = api_schema_fill_logic_of(c, node);
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
api_schema_fill_logic(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_node_t *node,
    const api_json_t *value)
{
    api_schema_logic_t  *logic;

    logic = api_schema_fill_logic_of(c, node);
    if (logic == NULL) {
        return NGX_ERROR;
    }

    if (api_str_is(&value->key, "allOf")) {
        return api_schema_fill_list(c, place, value, &logic->all);
    }

    if (api_str_is(&value->key, "anyOf")) {
        return api_schema_fill_list(c, place, value, &logic->any);
    }

    if (api_str_is(&value->key, "oneOf")) {
        return api_schema_fill_list(c, place, value, &logic->one);
    }

    return fill_one(c, place, logic, value);
}


static ngx_int_t
fill_one(api_schema_compiler_t *c, const api_schema_place_t *place,
    api_schema_logic_t *logic, const api_json_t *value)
{
    const api_schema_node_t  **node;

    if (api_str_is(&value->key, "not")) {
        node = &logic->not;

    } else if (api_str_is(&value->key, "if")) {
        node = &logic->condition;

    } else if (api_str_is(&value->key, "then")) {
        node = &logic->then;

    } else {
        node = &logic->otherwise;
    }

    return api_schema_fill_child(c, place, value, node);
}


ngx_int_t
api_schema_fill_unevaluated(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_node_t *node,
    const api_json_t *value)
{
    return api_schema_fill_child(c, place, value,
                                 api_str_is(&value->key, "unevaluatedItems")
                                 ? &node->unevaluated_items
                                 : &node->unevaluated_properties);
}


ngx_int_t
api_schema_fill_defs(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_node_t *node,
    const api_json_t *value)
{
    (void) node;

    return api_schema_fill_expect(c, place, value, API_JSON_OBJECT,
                                  "must be an object of schemas");
}


ngx_int_t
api_schema_fill_annotation(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_node_t *node,
    const api_json_t *value)
{
    if (api_str_is(&value->key, "default")) {
        node->fallback = value;
        return NGX_OK;
    }

    if (api_str_is(&value->key, "examples")) {
        return api_schema_fill_expect(c, place, value, API_JSON_ARRAY,
                                      "must be an array");
    }

    if (api_str_is(&value->key, "deprecated")
        || api_str_is(&value->key, "readOnly")
        || api_str_is(&value->key, "writeOnly"))
    {
        return value->type == API_JSON_TRUE
               ? NGX_OK
               : api_schema_fill_expect(c, place, value, API_JSON_FALSE,
                                        "must be true or false");
    }

    return api_schema_fill_expect(c, place, value, API_JSON_STRING,
                                  "must be a string");
}
