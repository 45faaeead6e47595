
#include "schema/node.h"


/* schemas visited for one question, at most */
#define ASK_LIMIT  1000


/* does a schema itself have what is asked for, without those it refers to? */
typedef ngx_uint_t (*ask_pt)(const api_schema_node_t *node,
    const ngx_str_t *name);


static const api_schema_node_t *first(const api_schema_node_t *node,
    ask_pt answers, const ngx_str_t *name);
static const api_schema_node_t *walk(const api_schema_node_t *node,
    ask_pt answers, const ngx_str_t *name, ngx_uint_t *left);
static ngx_int_t each_name(const api_schema_node_t *node,
    api_schema_each_pt each, void *data, ngx_uint_t *left);
static const api_schema_name_t *find_name(const api_schema_node_t *node,
    const ngx_str_t *name);
static ngx_uint_t has_member(const api_schema_node_t *node,
    const ngx_str_t *name);
static ngx_uint_t has_items(const api_schema_node_t *node,
    const ngx_str_t *name);
static ngx_uint_t has_default(const api_schema_node_t *node,
    const ngx_str_t *name);
static ngx_uint_t has_format(const api_schema_node_t *node,
    const ngx_str_t *name);


const api_schema_node_t *
api_schema_member(const api_schema_node_t *node, const ngx_str_t *name)
{
    node = first(node, has_member, name);

    return node != NULL ? find_name(node, name)->node : NULL;
}


ngx_int_t
api_schema_each(const api_schema_node_t *node, api_schema_each_pt each,
    void *data)
{
    ngx_uint_t  left;

    left = ASK_LIMIT;

    return each_name(node, each, data, &left);
}


static ngx_int_t
each_name(const api_schema_node_t *node, api_schema_each_pt each, void *data,
    ngx_uint_t *left)
{
    ngx_int_t                  rc;
    ngx_uint_t                 i;
    const api_schema_name_t   *name;
    const api_schema_logic_t  *logic;

    if (*left == 0) {
        return NGX_OK;
    }

    (*left)--;
    rc = NGX_OK;

    if (node->object != NULL) {
        name = node->object->names.list.elts;

        for (i = 0; i < node->object->names.list.nelts && rc == NGX_OK; i++) {
            if (name[i].node != NULL) {
                rc = each(data, &name[i].name, name[i].node);
            }
        }
    }

    logic = node->logic;

    if (logic == NULL) {
        return rc;
    }

    if (logic->ref != NULL && rc == NGX_OK) {
        rc = each_name(logic->ref, each, data, left);
    }

    for (i = 0; i < logic->all.count && rc == NGX_OK; i++) {
        rc = each_name(logic->all.nodes[i], each, data, left);
    }

    return rc;
}


const api_schema_node_t *
api_schema_items(const api_schema_node_t *node)
{
    node = first(node, has_items, NULL);

    return node != NULL ? node->array->items : NULL;
}


ngx_uint_t
api_schema_types(const api_schema_node_t *node)
{
    return node->may;
}


const api_json_t *
api_schema_default(const api_schema_node_t *node)
{
    node = first(node, has_default, NULL);

    return node != NULL ? node->fallback : NULL;
}


ngx_str_t
api_schema_format(const api_schema_node_t *node)
{
    static const ngx_str_t  none = ngx_null_string;

    node = first(node, has_format, NULL);

    return node != NULL ? node->format : none;
}


static const api_schema_node_t *
first(const api_schema_node_t *node, ask_pt answers, const ngx_str_t *name)
{
    ngx_uint_t  left;

    left = ASK_LIMIT;

    return walk(node, answers, name, &left);
}


/* a schema's own keyword comes before those of the schemas it refers to */

static const api_schema_node_t *
walk(const api_schema_node_t *node, ask_pt answers, const ngx_str_t *name,
    ngx_uint_t *left)
{
    ngx_uint_t                 i;
    const api_schema_node_t   *found;
    const api_schema_logic_t  *logic;

    if (*left == 0) {
        return NULL;
    }

    (*left)--;

    if (answers(node, name)) {
        return node;
    }

    found = NULL;
    logic = node->logic;

    if (logic == NULL) {
        return NULL;
    }

    if (logic->ref != NULL) {
        found = walk(logic->ref, answers, name, left);
    }

    if (found == NULL && logic->dynamic != NULL) {
        found = walk(logic->dynamic->first, answers, name, left);
    }

    for (i = 0; i < logic->all.count && found == NULL; i++) {
        found = walk(logic->all.nodes[i], answers, name, left);
    }

    return found;
}


static const api_schema_name_t *
find_name(const api_schema_node_t *node, const ngx_str_t *name)
{
    return node->object != NULL
           ? api_schema_names_find(&node->object->names, name) : NULL;
}


static ngx_uint_t
has_member(const api_schema_node_t *node, const ngx_str_t *name)
{
    const api_schema_name_t  *known;

    known = find_name(node, name);

    return known != NULL && known->node != NULL;
}


static ngx_uint_t
has_items(const api_schema_node_t *node, const ngx_str_t *name)
{
    (void) name;

    return node->array != NULL && node->array->items != NULL;
}


static ngx_uint_t
has_default(const api_schema_node_t *node, const ngx_str_t *name)
{
    (void) name;

    return node->fallback != NULL;
}


static ngx_uint_t
has_format(const api_schema_node_t *node, const ngx_str_t *name)
{
    (void) name;

    return node->format.len != 0;
}
