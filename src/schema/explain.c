
#include "schema/check.h"


/* references followed to find what a form is about */
#define EXPLAIN_CHAIN  16


static ngx_uint_t is_candidate(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *json);
static ngx_uint_t tag_fits(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *value);
static const api_schema_node_t *follow(const api_schema_node_t *node);


/*
 * Which of several forms was meant: the only one for values of this type,
 * whose "const" and "enum" members (the tags of a union) match those of the
 * value.  Its own failures help most; if there is no such form, or several,
 * one sentence.
 */

void
api_schema_explain(api_schema_check_t *c, const api_schema_list_t *list,
    const api_json_t *json, const api_schema_path_t *path, const char *code,
    const char *keyword)
{
    ngx_uint_t                i, n, types, typed;
    const api_schema_node_t  *meant;

    n = 0;
    types = 0;
    typed = 0;
    meant = NULL;

    for (i = 0; i < list->count; i++) {
        types |= list->nodes[i]->may;

        if (!api_schema_check_type(list->nodes[i]->may, json)) {
            continue;
        }

        typed++;

        if (is_candidate(c, list->nodes[i], json)) {
            meant = list->nodes[i];
            n++;
        }
    }

    if (n == 1) {
        (void) api_schema_check_node(c, meant, json, path, NULL);
        return;
    }

    if (typed == 0 && types != 0) {
        (void) api_schema_fail_type(c, path, code, keyword, types);
        return;
    }

    (void) api_schema_fail(c, path, code, keyword,
                           "must have one of the allowed forms",
                           NULL, "");
}


static ngx_uint_t
is_candidate(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *json)
{
    ngx_uint_t                i;
    const api_schema_name_t  *name;

    node = follow(node);

    if (json->type != API_JSON_OBJECT || node->object == NULL) {
        return 1;
    }

    for (i = 0; i < json->count; i++) {

        if (!api_schema_check_spend(c, 1)) {
            return 0;
        }

        name = api_schema_names_find(&node->object->names,
                                     &json->items[i].key);

        if (name != NULL && name->node != NULL
            && !tag_fits(c, follow(name->node), &json->items[i]))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
tag_fits(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *value)
{
    if (node->constant != NULL) {
        return api_schema_check_values(c, node->constant, value);
    }

    return node->values == NULL
           || api_schema_check_values(c, node->values, value);
}


static const api_schema_node_t *
follow(const api_schema_node_t *node)
{
    ngx_uint_t  i;

    for (i = 0; i < EXPLAIN_CHAIN; i++) {

        if (node->object != NULL || node->constant != NULL
            || node->values != NULL || node->logic == NULL
            || node->logic->ref == NULL)
        {
            break;
        }

        node = node->logic->ref;
    }

    return node;
}
