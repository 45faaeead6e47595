
#include "schema/check.h"
#include "schema/equal.h"


/* up to so many items each one is compared with each other */
#define ARRAY_FEW  8


static ngx_uint_t check_items(api_schema_check_t *c,
    const api_schema_array_t *array, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
static ngx_uint_t check_contains(api_schema_check_t *c,
    const api_schema_array_t *array, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
static ngx_uint_t check_size(api_schema_check_t *c,
    const api_schema_array_t *array, const api_json_t *json,
    const api_schema_path_t *path);
static ngx_uint_t check_unique(api_schema_check_t *c, const api_json_t *json,
    const api_schema_path_t *path);
static ngx_uint_t find_twins(api_schema_check_t *c, const api_json_t *json,
    ngx_uint_t *twin);
static ngx_uint_t find_twins_by_hash(api_schema_check_t *c,
    const api_json_t *json, ngx_uint_t *twin);


ngx_uint_t
api_schema_check_array(api_schema_check_t *c, const api_schema_array_t *array,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t  ok;

    ok = check_size(c, array, json, path);

    if (array->unique && (ok || c->collect)) {
        ok &= check_unique(c, json, path);
    }

    if (array->contains != NULL && (ok || c->collect)) {
        ok &= check_contains(c, array, json, path, seen);
    }

    if ((array->prefix.count != 0 || array->items != NULL)
        && (ok || c->collect))
    {
        ok &= check_items(c, array, json, path, seen);
    }

    return ok;
}


static ngx_uint_t
check_size(api_schema_check_t *c, const api_schema_array_t *array,
    const api_json_t *json, const api_schema_path_t *path)
{
    if (json->count < array->min) {
        return api_schema_fail_count(c, path, "min_items", "minItems",
                                     "must have at least ", array->min,
                                     "item", "");
    }

    if (json->count > array->max) {
        return api_schema_fail_count(c, path, "max_items", "maxItems",
                                     "must have at most ", array->max,
                                     "item", "");
    }

    return 1;
}


static ngx_uint_t
check_items(api_schema_check_t *c, const api_schema_array_t *array,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    ngx_uint_t                ok;
    api_schema_path_t         inner;
    const api_schema_node_t  *node;

    ok = 1;
    inner.up = path;
    inner.key = NULL;

    for (inner.index = 0; inner.index < json->count; inner.index++) {

        node = inner.index < array->prefix.count
               ? array->prefix.nodes[inner.index] : array->items;

        if (node == NULL) {
            break;
        }

        ok &= api_schema_check_node(c, node, &json->items[inner.index],
                                    &inner, NULL);

        if (!ok && (!c->collect || api_schema_fail_full(c))) {
            return 0;
        }

        if (seen != NULL) {
            api_schema_seen_add(seen, inner.index);
        }
    }

    return ok;
}


/* stops at minContains, unless unevaluatedItems needs to know all of them */

static ngx_uint_t
check_contains(api_schema_check_t *c, const api_schema_array_t *array,
    const api_json_t *json, const api_schema_path_t *path,
    api_schema_seen_t *seen)
{
    size_t             n;
    const char        *code;
    api_schema_path_t  inner;

    n = 0;
    inner.up = path;
    inner.key = NULL;

    for (inner.index = 0; inner.index < json->count; inner.index++) {

        if (seen == NULL && n >= array->min_contains
            && array->max_contains == API_SCHEMA_NO_MAX)
        {
            return 1;
        }

        if (!api_schema_check_try(c, array->contains,
                                  &json->items[inner.index], &inner, NULL))
        {
            if (c->stopped) {
                return 0;
            }

            continue;
        }

        n++;

        if (seen != NULL) {
            api_schema_seen_add(seen, inner.index);
        }

        if (n > array->max_contains) {
            return api_schema_fail_count(c, path, "max_contains",
                                         "maxContains", "must have at most ",
                                         array->max_contains, "item",
                                         " of the form counted here");
        }
    }

    if (n >= array->min_contains) {
        return 1;
    }

    code = array->min_contains == 1 ? "contains" : "min_contains";

    return api_schema_fail_count(c, path, code,
                                 array->min_contains == 1 ? "contains"
                                                          : "minContains",
                                 "must have at least ", array->min_contains,
                                 "item", " of the form asked for");
}


static ngx_uint_t
check_unique(api_schema_check_t *c, const api_json_t *json,
    const api_schema_path_t *path)
{
    ngx_uint_t         i;
    api_schema_path_t  inner;

    i = json->count <= ARRAY_FEW ? find_twins(c, json, &inner.index)
                                 : find_twins_by_hash(c, json, &inner.index);

    if (i == json->count) {
        return !c->stopped && !c->broken;
    }

    inner.up = path;
    inner.key = NULL;

    return api_schema_fail(c, &inner, "unique_items", "uniqueItems",
                           "is the same as an item before it", NULL, "");
}


/*
 * the place of the first of two equal items, and *twin's; or the number of
 * items
 */

static ngx_uint_t
find_twins(api_schema_check_t *c, const api_json_t *json, ngx_uint_t *twin)
{
    ngx_uint_t  i;

    for (*twin = 1; *twin < json->count; (*twin)++) {
        for (i = 0; i < *twin; i++) {
            if (api_schema_check_equal(c, &json->items[i],
                                       &json->items[*twin]))
            {
                return i;
            }
        }
    }

    return json->count;
}


static ngx_uint_t
find_twins_by_hash(api_schema_check_t *c, const api_json_t *json,
    ngx_uint_t *twin)
{
    size_t      size;
    uint32_t   *table;
    uint64_t   *hashes;
    ngx_uint_t  at, found;

    for (size = 32; size < json->count * 2; size *= 2) { /* void */ }

    hashes = ngx_palloc(c->pool, json->count * sizeof(uint64_t)
                                 + size * sizeof(uint32_t));
    if (hashes == NULL) {
        c->broken = 1;
        return json->count;
    }

    table = (uint32_t *) (hashes + json->count);
    ngx_memzero(table, size * sizeof(uint32_t));

    found = json->count;

    for (*twin = 0; *twin < json->count && found == json->count; (*twin)++) {

        hashes[*twin] = api_schema_equal_hash(&json->items[*twin],
                                              c->doc->seed, &c->steps);
        if (!api_schema_check_spend(c, 1)) {
            break;
        }

        at = hashes[*twin] & (size - 1);

        for ( /* void */ ; table[at] != 0; at = (at + 1) & (size - 1)) {

            if (hashes[table[at] - 1] == hashes[*twin]
                && api_schema_check_equal(c, &json->items[table[at] - 1],
                                          &json->items[*twin]))
            {
                found = table[at] - 1;
                break;
            }
        }

        table[at] = (uint32_t) *twin + 1;
    }

    /* the loop went one further */
    *twin -= (found != json->count);

    (void) ngx_pfree(c->pool, hashes);

    return found;
}
