
#include "schema/check.h"


static ngx_uint_t check_any(api_schema_check_t *c,
    const api_schema_list_t *list, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
static ngx_uint_t check_one(api_schema_check_t *c,
    const api_schema_list_t *list, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
static ngx_uint_t check_condition(api_schema_check_t *c,
    const api_schema_logic_t *logic, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
static ngx_uint_t check_forms(api_schema_check_t *c,
    const api_schema_logic_t *logic, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
static const api_schema_node_t *find_dynamic(api_schema_check_t *c,
    const api_schema_dynamic_t *dynamic);


ngx_uint_t
api_schema_check_logic(api_schema_check_t *c, const api_schema_logic_t *logic,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t  i, ok;

    ok = 1;

    if (logic->ref != NULL) {
        ok = api_schema_check_node(c, logic->ref, json, path, seen);
    }

    if (logic->dynamic != NULL && (ok || c->collect)) {
        ok &= api_schema_check_node(c, find_dynamic(c, logic->dynamic), json,
                                    path, seen);
    }

    for (i = 0; i < logic->all.count && (ok || c->collect); i++) {
        ok &= api_schema_check_node(c, logic->all.nodes[i], json, path, seen);
    }

    return (ok || c->collect)
           ? ok & check_forms(c, logic, json, path, seen) : 0;
}


static ngx_uint_t
check_forms(api_schema_check_t *c, const api_schema_logic_t *logic,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t  ok;

    ok = 1;

    if (logic->any.count != 0) {
        ok = check_any(c, &logic->any, json, path, seen);
    }

    if (logic->one.count != 0 && (ok || c->collect)) {
        ok &= check_one(c, &logic->one, json, path, seen);
    }

    /* an excluded form does not count as having looked at anything */

    if (logic->not != NULL && (ok || c->collect)
        && api_schema_check_try(c, logic->not, json, path, NULL))
    {
        ok = api_schema_fail(c, path, "not", "not",
                             "must not have the form that is excluded here",
                             NULL, "");
    }

    if (logic->condition != NULL && (ok || c->collect)) {
        ok &= check_condition(c, logic, json, path, seen);
    }

    return ok;
}


/*
 * one valid form is enough, unless unevaluated… needs to know what each of
 * them looks at
 */

static ngx_uint_t
check_any(api_schema_check_t *c, const api_schema_list_t *list,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t  i, ok;

    ok = 0;

    for (i = 0; i < list->count && (!ok || seen != NULL); i++) {
        ok |= api_schema_check_try(c, list->nodes[i], json, path, seen);
    }

    if (!ok && c->collect) {
        api_schema_explain(c, list, json, path, "any_of", "anyOf");
    }

    return ok;
}


static ngx_uint_t
check_one(api_schema_check_t *c, const api_schema_list_t *list,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t  i, n;

    n = 0;

    for (i = 0; i < list->count && n < 2; i++) {
        n += api_schema_check_try(c, list->nodes[i], json, path, seen);
    }

    if (n > 1) {
        return api_schema_fail(c, path, "one_of", "oneOf",
                               "must have only one of the forms that are "
                               "allowed, not several at once", NULL, "");
    }

    if (n == 0 && c->collect) {
        api_schema_explain(c, list, json, path, "one_of", "oneOf");
    }

    return n;
}


static ngx_uint_t
check_condition(api_schema_check_t *c, const api_schema_logic_t *logic,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    const api_schema_node_t  *next;

    next = api_schema_check_try(c, logic->condition, json, path, seen)
           ? logic->then : logic->otherwise;

    return next == NULL || api_schema_check_node(c, next, json, path, seen);
}


/* the outermost resource that has the anchor: core, section 8.2.3.2 */

static const api_schema_node_t *
find_dynamic(api_schema_check_t *c, const api_schema_dynamic_t *dynamic)
{
    ngx_uint_t                    i;
    const api_schema_node_t      *node;
    const api_schema_scope_t     *scope;
    const api_schema_resource_t  *resource;

    node = dynamic->first;

    if (dynamic->anchor.len == 0) {
        return node;
    }

    for (scope = c->scope; scope != NULL; scope = scope->up) {
        resource = scope->resource;
        c->steps += 1 + resource->ndynamic / 4;

        for (i = 0; i < resource->ndynamic; i++) {
            if (api_str_equal(&resource->dynamic[i].name, &dynamic->anchor)) {
                node = resource->dynamic[i].node;
                break;
            }
        }
    }

    return node;
}
