
#include "schema/check.h"


static ngx_uint_t check_groups(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
static ngx_uint_t check_wrong_type(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *json,
    const api_schema_path_t *path);
static ngx_uint_t check_rest(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
static ngx_uint_t check_unevaluated(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *json,
    const api_schema_path_t *path, const api_schema_seen_t *seen);
static ngx_uint_t check_left(api_schema_check_t *c,
    const api_schema_node_t *rest, const api_json_t *json,
    const api_schema_path_t *path);
static ngx_uint_t has_nul(const api_json_t *json);
static void tell_nul(api_schema_check_t *c, const api_json_t *json,
    const api_schema_path_t *path);
static ngx_int_t validate(const api_schema_doc_t *doc,
    const api_schema_node_t *node, const api_json_t *document,
    ngx_pool_t *pool, ngx_uint_t quickly, ngx_array_t **failures);
static ngx_int_t collect(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *document,
    ngx_array_t **failures);
static void tell_end(api_schema_check_t *c);


ngx_int_t
api_schema_validate(const api_schema_doc_t *doc, const api_json_t *document,
    ngx_pool_t *pool, ngx_array_t **failures)
{
    return validate(doc, doc->root, document, pool, 0, failures);
}


ngx_int_t
api_schema_validate_quickly(const api_schema_doc_t *doc,
    const api_json_t *document, ngx_pool_t *pool, ngx_array_t **failures)
{
    return validate(doc, doc->root, document, pool, 1, failures);
}


ngx_int_t
api_schema_validate_node(const api_schema_doc_t *doc,
    const api_schema_node_t *node, const api_json_t *document,
    ngx_pool_t *pool, ngx_array_t **failures)
{
    return validate(doc, node, document, pool, 0, failures);
}


static ngx_int_t
validate(const api_schema_doc_t *doc, const api_schema_node_t *node,
    const api_json_t *document, ngx_pool_t *pool, ngx_uint_t quickly,
    ngx_array_t **failures)
{
    ngx_int_t           rc;
    ngx_uint_t          valid, part;
    api_schema_check_t  c;

    part = quickly ? API_SCHEMA_QUICKLY : 1;

    ngx_memzero(&c, sizeof(api_schema_check_t));

    c.doc = doc;
    c.pool = pool;
    c.quickly = quickly ? 1 : 0;
    c.most = API_SCHEMA_STEPS / part;
    c.work = API_REGEX_WORK / part;
    c.nul = has_nul(document) ? 1 : 0;

    *failures = NULL;

    valid = !c.nul && api_schema_check_node(&c, node, document, NULL, NULL);

    /*
     * A schema that was given up half-way counts as not valid, and so its
     * "not" would be valid: the result of a stopped validation means nothing.
     */

    rc = c.broken ? NGX_ERROR
         : valid && !c.stopped ? NGX_OK
         : collect(&c, node, document, failures);

    if (c.matching != NULL) {
        api_regex_room_free(c.matching);
    }

    return rc;
}


static ngx_int_t
collect(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *document, ngx_array_t **failures)
{
    if (!c->stopped) {
        c->collect = 1;
        c->steps = 0;
        c->depth = 0;
        c->scope = NULL;

        if (c->nul) {
            tell_nul(c, document, NULL);
        }

        (void) api_schema_check_node(c, node, document, NULL, NULL);
    }

    if (c->stopped && c->quickly && !c->broken) {
        return NGX_BUSY;
    }

    if (c->failed == NULL && !c->broken) {
        tell_end(c);
    }

    if (c->broken || api_schema_fail_list(c, failures) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


/* a document that is refused must have at least one failure */

static void
tell_end(api_schema_check_t *c)
{
    c->collect = 1;

    if (!c->stopped) {
        (void) api_schema_fail(c, NULL, "invalid", "",
                               "is not allowed here", NULL, "");
        return;
    }

    c->stopped = 0;

    (void) api_schema_fail(c, NULL, "too_complex", "",
                           "is too complex to be checked", NULL, "");
}


ngx_uint_t
api_schema_check_spend(api_schema_check_t *c, ngx_uint_t steps)
{
    c->steps += steps;

    if (c->steps > c->most || c->stopped || c->broken) {
        c->stopped = 1;
        return 0;
    }

    return 1;
}


ngx_uint_t
api_schema_check_node(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t                 ok;
    api_schema_scope_t         scope;
    const api_schema_scope_t  *outer;

    if (!api_schema_check_spend(c, 1)) {
        return 0;
    }

    /* tell_nul() has reported it: one failure is enough for it */

    if (c->nul && json->has_nul) {
        return 1;
    }

    if (!api_schema_check_type(node->types, json)) {
        return check_wrong_type(c, node, json, path);
    }

    if (++c->depth > API_SCHEMA_DEPTH) {
        c->stopped = 1;
        return 0;
    }

    outer = c->scope;

    if (c->doc->scopes
        && (outer == NULL || outer->resource != node->resource))
    {
        scope.up = outer;
        scope.resource = node->resource;
        c->scope = &scope;
    }

    if ((json->type == API_JSON_ARRAY && node->unevaluated_items != NULL)
        || (json->type == API_JSON_OBJECT
            && node->unevaluated_properties != NULL))
    {
        ok = check_rest(c, node, json, path, seen);

    } else {
        ok = check_groups(c, node, json, path, seen);
    }

    c->scope = outer;
    c->depth--;

    return ok;
}


static ngx_uint_t
check_groups(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t  ok;

    ok = 1;

    if (node->values != NULL
        && !api_schema_check_values(c, node->values, json))
    {
        ok = api_schema_fail_values(c, path, "enum", "enum", node->values);
    }

    if (node->constant != NULL
        && !api_schema_check_values(c, node->constant, json))
    {
        ok = api_schema_fail_values(c, path, "const", "const",
                                    node->constant);
    }

    if (!ok && !c->collect) {
        return 0;
    }

    switch (json->type) {

    case API_JSON_NUMBER:
        if (node->numeric != NULL) {
            ok &= api_schema_check_numeric(c, node->numeric, json, path);
        }
        break;

    case API_JSON_STRING:
        if (node->text != NULL) {
            ok &= api_schema_check_text(c, node->text, json, path);
        }
        break;

    case API_JSON_ARRAY:
        if (node->array != NULL) {
            ok &= api_schema_check_array(c, node->array, json, path, seen);
        }
        break;

    case API_JSON_OBJECT:
        if (node->object != NULL) {
            ok &= api_schema_check_object(c, node->object, json, path, seen);
        }
        break;

    default:
        break;
    }

    if (node->logic != NULL && (ok || c->collect)) {
        ok &= api_schema_check_logic(c, node->logic, json, path, seen);
    }

    return ok;
}


static ngx_uint_t
check_wrong_type(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *json, const api_schema_path_t *path)
{
    if (!c->collect) {
        return 0;
    }

    if (node->never) {
        return api_schema_fail(c, path, "forbidden", "",
                               "must not be given", NULL, "");
    }

    if (json->type == API_JSON_NULL) {
        return api_schema_fail(c, path, "null", "type",
                               "must not be null", NULL, "");
    }

    return api_schema_fail_type(c, path, "type", "type", node->types);
}


ngx_uint_t
api_schema_check_try(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t         ok, told;
    api_schema_seen_t  inner;

    told = c->collect;
    c->collect = 0;

    if (seen == NULL) {
        ok = api_schema_check_node(c, node, json, path, NULL);

    } else if (api_schema_seen_open(c, &inner, json->count) != NGX_OK) {
        ok = 0;

    } else {
        ok = api_schema_check_node(c, node, json, path, &inner);

        if (ok) {
            api_schema_seen_merge(seen, &inner);
        }

        api_schema_seen_close(c, &inner);
    }

    c->collect = told ? 1 : 0;

    return ok;
}


/* with unevaluatedItems or unevaluatedProperties, which are checked last */

static ngx_uint_t
check_rest(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t         ok;
    api_schema_seen_t  inner;

    if (api_schema_seen_open(c, &inner, json->count) != NGX_OK) {
        return 0;
    }

    ok = check_groups(c, node, json, path, &inner);

    if (ok || c->collect) {
        ok &= check_unevaluated(c, node, json, path, &inner);
    }

    if (seen != NULL) {
        seen->all = 1;
    }

    api_schema_seen_close(c, &inner);

    return ok;
}


static ngx_uint_t
check_unevaluated(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *json, const api_schema_path_t *path,
    const api_schema_seen_t *seen)
{
    ngx_uint_t                ok;
    api_schema_path_t         inner;
    const api_schema_node_t  *rest;

    rest = json->type == API_JSON_ARRAY ? node->unevaluated_items
                                        : node->unevaluated_properties;
    ok = 1;
    inner.up = path;
    inner.key = NULL;

    for (inner.index = 0; inner.index < json->count; inner.index++) {

        if (api_schema_seen_has(seen, inner.index)) {
            continue;
        }

        if (json->type == API_JSON_OBJECT) {
            inner.key = &json->items[inner.index].key;
        }

        ok &= check_left(c, rest, &json->items[inner.index], &inner);

        if (!ok && (!c->collect || api_schema_fail_full(c))) {
            return 0;
        }
    }

    return ok;
}


static ngx_uint_t
check_left(api_schema_check_t *c, const api_schema_node_t *rest,
    const api_json_t *json, const api_schema_path_t *path)
{
    if (!rest->never || (c->nul && json->has_nul)) {
        return api_schema_check_node(c, rest, json, path, NULL);
    }

    if (path->key != NULL) {
        return api_schema_fail(c, path, "unknown", "unevaluatedProperties",
                               "is not a known field", NULL, "");
    }

    return api_schema_fail(c, path, "unevaluated_items", "unevaluatedItems",
                           "is one item too many", NULL, "");
}


static ngx_uint_t
has_nul(const api_json_t *json)
{
    ngx_uint_t  i;

    if (json->has_nul) {
        return 1;
    }

    for (i = 0; i < json->count; i++) {
        if (has_nul(&json->items[i])) {
            return 1;
        }
    }

    return 0;
}


/* neither PostgreSQL's text nor its jsonb can hold it */

static void
tell_nul(api_schema_check_t *c, const api_json_t *json,
    const api_schema_path_t *path)
{
    api_schema_path_t  inner;

    if (json->has_nul) {
        (void) api_schema_fail(c, path, "nul", "",
                               "must not contain the character U+0000", NULL,
                               "");
    }

    inner.up = path;

    for (inner.index = 0;
         inner.index < json->count && !api_schema_fail_full(c);
         inner.index++)
    {
        inner.key = json->type == API_JSON_OBJECT
                    ? &json->items[inner.index].key : NULL;

        tell_nul(c, &json->items[inner.index], &inner);
    }
}


const api_schema_node_t *
api_schema_root(const api_schema_doc_t *doc)
{
    return doc->root;
}
