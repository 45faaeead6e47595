
#include "schema/form.h"

#include "core/buf.h"
#include "core/value_number.h"
#include "json/form.h"


/* a field of the form; those of one name become one member */
typedef struct {
    const api_json_pair_t  *pair;
    ngx_uint_t              first;     /* the first of its name */
    ngx_uint_t              count;     /* of its name, at the first */
} form_entry_t;

/* to be sorted by name, then by place */
typedef struct {
    const api_json_pair_t  *pair;
    ngx_uint_t              index;
} form_order_t;


static ngx_int_t group(ngx_pool_t *pool, const ngx_array_t *pairs,
    form_order_t **order, form_entry_t **entries);
static int compare(const void *a, const void *b);
static int compare_names(const api_json_pair_t *a, const api_json_pair_t *b);
static ngx_int_t make_member(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const form_order_t *order, ngx_uint_t count, api_json_t *member,
    ngx_array_t **failures);
static void make_value(const api_schema_node_t *node, const ngx_str_t *text,
    api_json_t *json);
static ngx_int_t fail(ngx_pool_t *pool, const ngx_str_t *name,
    ngx_array_t **failures);


ngx_int_t
api_schema_form(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const ngx_array_t *pairs, api_json_t **document, ngx_array_t **failures)
{
    ngx_uint_t      i;
    api_json_t     *object;
    form_entry_t   *entries;
    form_order_t   *order;

    *failures = NULL;

    object = ngx_pcalloc(pool, sizeof(api_json_t));
    if (object == NULL) {
        return NGX_ERROR;
    }

    object->type = API_JSON_OBJECT;
    *document = object;

    if (pairs->nelts == 0) {
        return NGX_OK;
    }

    object->items = ngx_pcalloc(pool, pairs->nelts * sizeof(api_json_t));

    if (object->items == NULL
        || group(pool, pairs, &order, &entries) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < pairs->nelts; i++) {

        if (entries[i].count == 0) {
            continue;
        }

        if (make_member(pool, doc, &order[entries[i].first],
                        entries[i].count, &object->items[object->count++],
                        failures)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return *failures == NULL ? NGX_OK : NGX_DECLINED;
}


/*
 * Sorted, so that 10,000 names cost no more than their sorting.  entries[i] of
 * a pair that is the first of its name says where its name begins in order.
 */

static ngx_int_t
group(ngx_pool_t *pool, const ngx_array_t *pairs, form_order_t **order,
    form_entry_t **entries)
{
    ngx_uint_t              i, n, first;
    form_order_t           *o;
    form_entry_t           *e;
    const api_json_pair_t  *pair;

    n = pairs->nelts;
    pair = pairs->elts;

    o = ngx_palloc(pool, n * sizeof(form_order_t));
    e = ngx_pcalloc(pool, n * sizeof(form_entry_t));

    if (o == NULL || e == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        o[i].pair = &pair[i];
        o[i].index = i;
    }

    qsort(o, n, sizeof(form_order_t), compare);

    first = 0;

    for (i = 0; i < n; i++) {

        if (compare_names(o[first].pair, o[i].pair) != 0) {
            first = i;
        }

        e[o[first].index].first = first;
        e[o[first].index].count = i - first + 1;
    }

    *order = o;
    *entries = e;

    return NGX_OK;
}


static int
compare(const void *a, const void *b)
{
    int                  rc;
    const form_order_t  *one, *two;

    one = a;
    two = b;

    rc = compare_names(one->pair, two->pair);

    if (rc != 0) {
        return rc;
    }

    return one->index < two->index ? -1 : 1;
}


static int
compare_names(const api_json_pair_t *a, const api_json_pair_t *b)
{
    int     rc;
    size_t  len;

    len = ngx_min(a->name.len, b->name.len);

    rc = ngx_memcmp(a->name.data, b->name.data, len);

    if (rc != 0 || a->name.len == b->name.len) {
        return rc;
    }

    return a->name.len < b->name.len ? -1 : 1;
}


static ngx_int_t
make_member(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const form_order_t *order, ngx_uint_t count, api_json_t *member,
    ngx_array_t **failures)
{
    ngx_uint_t                i, types;
    const api_schema_node_t  *node, *items;

    node = api_schema_member(api_schema_root(doc), &order[0].pair->name);
    types = (node == NULL) ? API_SCHEMA_STRING : api_schema_types(node);

    member->key = order[0].pair->name;

    if ((types & API_SCHEMA_STRING) || !(types & API_SCHEMA_ARRAY)) {

        make_value(node, &order[0].pair->value, member);

        if (ngx_strlen(member->key.data) != member->key.len) {
            member->has_nul = 1;
        }

        return count == 1 ? NGX_OK : fail(pool, &member->key, failures);
    }

    items = api_schema_items(node);

    member->type = API_JSON_ARRAY;
    member->count = count;
    member->items = ngx_pcalloc(pool, count * sizeof(api_json_t));
    if (member->items == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < count; i++) {
        make_value(items, &order[i].pair->value, &member->items[i]);
    }

    return NGX_OK;
}


static void
make_value(const api_schema_node_t *node, const ngx_str_t *text,
    api_json_t *json)
{
    ngx_uint_t          types;
    api_value_number_t  n;

    types = (node == NULL) ? API_SCHEMA_STRING : api_schema_types(node);

    json->text = *text;
    json->type = API_JSON_STRING;

    if (types & API_SCHEMA_STRING) {
        json->has_nul = (ngx_strlen(text->data) != text->len);
        return;
    }

    if ((types & API_SCHEMA_NUMBER) && api_value_number_parse(text, &n)) {
        json->type = API_JSON_NUMBER;

    } else if ((types & API_SCHEMA_BOOLEAN) && api_str_is(text, "true")) {
        json->type = API_JSON_TRUE;

    } else if ((types & API_SCHEMA_BOOLEAN) && api_str_is(text, "false")) {
        json->type = API_JSON_FALSE;

    } else if ((types & API_SCHEMA_NULL) && text->len == 0) {
        json->type = API_JSON_NULL;

    } else {
        json->has_nul = (ngx_strlen(text->data) != text->len);
    }

    if (json->type != API_JSON_STRING && json->type != API_JSON_NUMBER) {
        ngx_str_null(&json->text);
    }
}


static ngx_int_t
fail(ngx_pool_t *pool, const ngx_str_t *name, ngx_array_t **failures)
{
    api_buf_t      b;
    api_failure_t  failure;

    ngx_memzero(&failure, sizeof(api_failure_t));

    if (api_buf_init(&b, pool, 32, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_error_add_key(&b, name);

    if (api_buf_string(&b, &failure.field) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_set(&failure.in, "body");
    ngx_str_set(&failure.code, "duplicate");
    ngx_str_set(&failure.message, "must be given only once");

    return api_error_fail(pool, failures, API_SCHEMA_FAILURES, &failure);
}
