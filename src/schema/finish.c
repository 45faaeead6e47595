
#include "schema/compile.h"


/* schemas that refer to each other for one and the same value, at most */
#define FINISH_CHAIN  200

/* of api_schema_node_t's checked */
#define FINISH_OPEN   1
#define FINISH_DONE   2


static ngx_int_t check_dynamic(api_schema_compiler_t *c);
static ngx_int_t list_anchors(api_schema_compiler_t *c,
    api_schema_resource_t *resource);
static ngx_int_t visit(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_schema_node_t *node,
    ngx_uint_t depth);
static const api_schema_place_t *place_of(api_schema_compiler_t *c,
    const api_schema_node_t *node, const api_schema_place_t *place);
static ngx_int_t visit_logic(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_schema_logic_t *logic,
    ngx_uint_t depth);
static ngx_int_t visit_list(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_schema_list_t *list,
    ngx_uint_t depth);
static ngx_int_t visit_names(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_schema_object_t *object,
    ngx_uint_t depth);
static ngx_uint_t possible_types(const api_schema_node_t *node);
static ngx_uint_t types_of_any(const api_schema_list_t *list);
static ngx_uint_t types_of_values(const api_schema_values_t *values);


ngx_int_t
api_schema_finish(api_schema_compiler_t *c)
{
    ngx_int_t             rc;
    ngx_uint_t            i;
    api_schema_place_t  **places;
    api_schema_object_t  *object;

    rc = check_dynamic(c);
    if (rc != NGX_OK) {
        return rc;
    }

    places = c->queue.elts;

    for (i = 0; i < c->queue.nelts; i++) {
        object = places[i]->node->object;

        if (object != NULL
            && api_schema_names_finish(&object->names, c->pool) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < c->queue.nelts; i++) {
        rc = visit(c, places[i], places[i]->node, 0);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* if only one schema has the anchor there is no choice */

static ngx_int_t
check_dynamic(api_schema_compiler_t *c)
{
    ngx_uint_t                         i, n, found;
    api_schema_dynamic_t             **dynamics;
    api_schema_resource_t            **resources;
    const api_schema_anchor_place_t   *anchor;

    dynamics = c->dynamics.elts;
    resources = c->resources.elts;

    for (i = 0; i < c->dynamics.nelts && !c->doc->scopes; i++) {

        for (found = 0, n = 0; n < c->resources.nelts; n++) {
            anchor = api_schema_refs_anchor(resources[n],
                                            &dynamics[i]->anchor);
            found += (anchor != NULL && anchor->dynamic);
        }

        c->doc->scopes = (found > 1);
    }

    if (!c->doc->scopes) {
        return NGX_OK;
    }

    for (n = 0; n < c->resources.nelts; n++) {
        if (list_anchors(c, resources[n]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
list_anchors(api_schema_compiler_t *c, api_schema_resource_t *resource)
{
    ngx_uint_t                        i;
    const api_schema_anchor_place_t  *anchor;

    resource->dynamic = ngx_pcalloc(c->pool, (resource->anchors.nelts + 1)
                                             * sizeof(api_schema_anchor_t));
    if (resource->dynamic == NULL) {
        return NGX_ERROR;
    }

    anchor = resource->anchors.elts;

    for (i = 0; i < resource->anchors.nelts; i++) {

        if (!anchor[i].dynamic || anchor[i].place->node == NULL) {
            continue;
        }

        resource->dynamic[resource->ndynamic].name = anchor[i].name;
        resource->dynamic[resource->ndynamic].node = anchor[i].place->node;
        resource->ndynamic++;
    }

    return NGX_OK;
}


/*
 * Depth first through the schemas that are asked about the same value.  A
 * schema that is met again while it is still open would be asked for ever.
 * Only a validation knows where a $dynamicRef leads, and has a bound of its
 * own for that (API_SCHEMA_DEPTH).
 */

static ngx_int_t
visit(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_schema_node_t *visited, ngx_uint_t depth)
{
    ngx_int_t           rc;
    api_schema_node_t  *node;

    node = api_unconst(visited);

    if (node == NULL || node->checked == FINISH_DONE) {
        return NGX_OK;
    }

    if (node->checked == FINISH_OPEN) {
        return api_schema_compile_fault(c, place_of(c, node, place), NULL,
                                        "the schema refers to itself for the "
                                        "same value, which has no end: a "
                                        "reference may lead back only from "
                                        "what is in the value, as from "
                                        "\"properties\" or \"items\"", NULL,
                                        "");
    }

    if (depth > FINISH_CHAIN) {
        return api_schema_compile_fault(c, place, NULL,
                                        "more than 200 schemas refer to one "
                                        "another for the same value", NULL,
                                        "");
    }

    node->checked = FINISH_OPEN;

    rc = visit_logic(c, place, node->logic, depth);

    if (rc == NGX_OK && node->object != NULL && node->object->dependent) {
        rc = visit_names(c, place, node->object, depth);
    }

    node->checked = FINISH_DONE;
    node->may = (uint8_t) possible_types(node);

    return rc;
}


static const api_schema_place_t *
place_of(api_schema_compiler_t *c, const api_schema_node_t *node,
    const api_schema_place_t *place)
{
    ngx_uint_t            i;
    api_schema_place_t  **places;

    places = c->queue.elts;

    for (i = 0; i < c->queue.nelts; i++) {
        if (places[i]->node == node) {
            return places[i];
        }
    }

    return place;
}


static ngx_int_t
visit_logic(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_schema_logic_t *logic, ngx_uint_t depth)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    const api_schema_node_t  *nodes[6];

    if (logic == NULL) {
        return NGX_OK;
    }

    nodes[0] = logic->ref;
    nodes[1] = logic->not;
    nodes[2] = logic->condition;

    /* without an "if" nobody asks these */
    nodes[3] = logic->condition != NULL ? logic->then : NULL;
    nodes[4] = logic->condition != NULL ? logic->otherwise : NULL;

    nodes[5] = (logic->dynamic != NULL && !c->doc->scopes)
               ? logic->dynamic->first : NULL;

    for (i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
        rc = visit(c, place, nodes[i], depth + 1);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = visit_list(c, place, &logic->all, depth);

    if (rc == NGX_OK) {
        rc = visit_list(c, place, &logic->any, depth);
    }

    if (rc == NGX_OK) {
        rc = visit_list(c, place, &logic->one, depth);
    }

    return rc;
}


static ngx_int_t
visit_list(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_schema_list_t *list, ngx_uint_t depth)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    for (i = 0; i < list->count; i++) {
        rc = visit(c, place, list->nodes[i], depth + 1);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
visit_names(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_schema_object_t *object, ngx_uint_t depth)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    const api_schema_name_t  *name;

    name = object->names.list.elts;

    for (i = 0; i < object->names.list.nelts; i++) {
        rc = visit(c, place, name[i].dependent, depth + 1);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* for a node whose referenced nodes are done: which types may be valid */

static ngx_uint_t
possible_types(const api_schema_node_t *node)
{
    ngx_uint_t                 i, types;
    const api_schema_logic_t  *logic;

    types = node->types;
    logic = node->logic;

    if (node->values != NULL) {
        types &= types_of_values(node->values);
    }

    if (node->constant != NULL) {
        types &= types_of_values(node->constant);
    }

    if (logic == NULL) {
        return types;
    }

    if (logic->ref != NULL) {
        types &= logic->ref->may;
    }

    for (i = 0; i < logic->all.count; i++) {
        types &= logic->all.nodes[i]->may;
    }

    if (logic->any.count != 0) {
        types &= types_of_any(&logic->any);
    }

    if (logic->one.count != 0) {
        types &= types_of_any(&logic->one);
    }

    return types;
}


static ngx_uint_t
types_of_any(const api_schema_list_t *list)
{
    ngx_uint_t  i, types;

    types = 0;

    for (i = 0; i < list->count; i++) {
        types |= list->nodes[i]->may;
    }

    return types;
}


static ngx_uint_t
types_of_values(const api_schema_values_t *values)
{
    ngx_uint_t               i, types;
    const api_json_t        *value;
    static const ngx_uint_t  bits[] = {
        API_SCHEMA_NULL, API_SCHEMA_BOOLEAN, API_SCHEMA_BOOLEAN,
        API_SCHEMA_FRACTION, API_SCHEMA_STRING, API_SCHEMA_ARRAY,
        API_SCHEMA_OBJECT
    };

    types = 0;

    for (i = 0; i < values->count; i++) {
        value = &values->items[i];

        if (value->type == API_JSON_NUMBER
            && api_schema_number_whole(&value->text))
        {
            types |= API_SCHEMA_INTEGER;

        } else {
            types |= bits[value->type];
        }
    }

    return types;
}
