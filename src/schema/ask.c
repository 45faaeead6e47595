
#include "schema/node.h"


/* schemas looked through for one question */
#define ASK_LIMIT  1000


/* what is asked of a node and of those it stands for; 1 ends the walk */
typedef ngx_uint_t (*ask_pt)(const api_schema_node_t *node, void *data);

typedef struct {
    const ngx_str_t          *name;
    const api_schema_node_t  *node;
    const api_json_t         *fallback;
    ngx_str_t                 format;
} ask_member_t;


static ngx_uint_t walk(const api_schema_node_t *node, ask_pt ask, void *data,
    ngx_uint_t *left);
static ngx_uint_t ask_member(const api_schema_node_t *node, void *data);
static ngx_uint_t ask_required(const api_schema_node_t *node, void *data);
static ngx_uint_t ask_items(const api_schema_node_t *node, void *data);
static ngx_uint_t ask_default(const api_schema_node_t *node, void *data);
static ngx_uint_t ask_format(const api_schema_node_t *node, void *data);
static ngx_uint_t ask_closed(const api_schema_node_t *node, void *data);


const api_schema_node_t *
api_schema_member(const api_schema_node_t *node, const ngx_str_t *name)
{
    ngx_uint_t    left;
    ask_member_t  member;

    ngx_memzero(&member, sizeof(ask_member_t));

    member.name = name;
    left = ASK_LIMIT;

    (void) walk(node, ask_member, &member, &left);

    return member.node;
}


ngx_uint_t
api_schema_required(const api_schema_node_t *node, const ngx_str_t *name)
{
    ngx_uint_t    left;
    ask_member_t  member;

    ngx_memzero(&member, sizeof(ask_member_t));

    member.name = name;
    left = ASK_LIMIT;

    return walk(node, ask_required, &member, &left);
}


const api_schema_node_t *
api_schema_items(const api_schema_node_t *node)
{
    ngx_uint_t    left;
    ask_member_t  member;

    ngx_memzero(&member, sizeof(ask_member_t));

    left = ASK_LIMIT;

    (void) walk(node, ask_items, &member, &left);

    return member.node;
}


ngx_uint_t
api_schema_types(const api_schema_node_t *node)
{
    return node->may;
}


const api_json_t *
api_schema_default(const api_schema_node_t *node)
{
    ngx_uint_t    left;
    ask_member_t  member;

    ngx_memzero(&member, sizeof(ask_member_t));

    left = ASK_LIMIT;

    (void) walk(node, ask_default, &member, &left);

    return member.fallback;
}


ngx_str_t
api_schema_format(const api_schema_node_t *node)
{
    ngx_uint_t    left;
    ask_member_t  member;

    ngx_memzero(&member, sizeof(ask_member_t));

    left = ASK_LIMIT;

    (void) walk(node, ask_format, &member, &left);

    return member.format;
}


ngx_uint_t
api_schema_open(const api_schema_node_t *node)
{
    ngx_uint_t  left;

    left = ASK_LIMIT;

    return !walk(node, ask_closed, NULL, &left);
}


/* a schema's own words before those of others */

static ngx_uint_t
walk(const api_schema_node_t *node, ask_pt ask, void *data, ngx_uint_t *left)
{
    ngx_uint_t                 i;
    const api_schema_logic_t  *logic;

    if (*left == 0) {
        return 0;
    }

    (*left)--;

    if (ask(node, data)) {
        return 1;
    }

    logic = node->logic;

    if (logic == NULL) {
        return 0;
    }

    if (logic->ref != NULL && walk(logic->ref, ask, data, left)) {
        return 1;
    }

    if (logic->dynamic != NULL
        && walk(logic->dynamic->first, ask, data, left))
    {
        return 1;
    }

    for (i = 0; i < logic->all.count; i++) {
        if (walk(logic->all.nodes[i], ask, data, left)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ask_member(const api_schema_node_t *node, void *data)
{
    ask_member_t             *member;
    const api_schema_name_t  *name;

    member = data;

    if (node->object == NULL) {
        return 0;
    }

    name = api_schema_names_find(&node->object->names, member->name);

    if (name != NULL) {
        member->node = name->node;
    }

    return member->node != NULL;
}


static ngx_uint_t
ask_required(const api_schema_node_t *node, void *data)
{
    ask_member_t             *member;
    const api_schema_name_t  *name;

    member = data;

    if (node->object == NULL) {
        return 0;
    }

    name = api_schema_names_find(&node->object->names, member->name);

    return name != NULL && name->required;
}


static ngx_uint_t
ask_items(const api_schema_node_t *node, void *data)
{
    ask_member_t  *member;

    member = data;

    if (node->array != NULL) {
        member->node = node->array->items;
    }

    return member->node != NULL;
}


static ngx_uint_t
ask_default(const api_schema_node_t *node, void *data)
{
    ask_member_t  *member;

    member = data;
    member->fallback = node->fallback;

    return member->fallback != NULL;
}


static ngx_uint_t
ask_format(const api_schema_node_t *node, void *data)
{
    ask_member_t  *member;

    member = data;
    member->format = node->format;

    return member->format.len != 0;
}


static ngx_uint_t
ask_closed(const api_schema_node_t *node, void *data)
{
    (void) data;

    return (node->object != NULL && node->object->additional != NULL
            && node->object->additional->never)
           || (node->unevaluated_properties != NULL
               && node->unevaluated_properties->never);
}
