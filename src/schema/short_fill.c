
#include "schema/short.h"


typedef struct {
    ngx_pool_t  *pool;
    ngx_uint_t   left;       /* values that may still be added */
} short_fill_t;


static ngx_uint_t cost(const api_json_t *json);
static ngx_int_t fill(short_fill_t *f, const api_schema_short_t *form,
    api_json_t *json);
static ngx_int_t fill_array(short_fill_t *f, const api_schema_short_t *form,
    api_json_t *array);
static ngx_int_t fill_object(short_fill_t *f, const api_schema_short_t *form,
    api_json_t *object);
static ngx_int_t add_absent(short_fill_t *f, const api_schema_short_t *form,
    api_json_t *object);


ngx_int_t
api_schema_short_defaults(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_schema_node_t *node, api_schema_short_t *form,
    const api_schema_short_t **wrong)
{
    ngx_int_t             rc;
    ngx_uint_t            i;
    ngx_array_t          *failures;
    api_schema_short_t  **member;

    if (node == NULL) {
        return NGX_OK;
    }

    form->fallback = api_schema_default(node);

    if (form->fallback != NULL) {
        form->defaults = 1;
        form->cost = cost(form->fallback);
        *wrong = form;

        rc = api_schema_validate_node(doc, node, form->fallback, pool,
                                      &failures);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (form->object && form->rule.type.array) {
        node = api_schema_items(node);
    }

    member = form->members.elts;

    for (i = 0; i < form->members.nelts && node != NULL; i++) {

        rc = api_schema_short_defaults(pool, doc,
                                       api_schema_member(node,
                                                         &member[i]->name),
                                       member[i], wrong);
        if (rc != NGX_OK) {
            return rc;
        }

        form->defaults |= member[i]->defaults;
    }

    return NGX_OK;
}


/* as deep as a schema's text may nest */

static ngx_uint_t
cost(const api_json_t *json)
{
    ngx_uint_t  i, n;

    if (json->type != API_JSON_ARRAY && json->type != API_JSON_OBJECT) {
        return 1 + (json->key.len + json->text.len) / API_SCHEMA_SHORT_BYTES;
    }

    n = 1 + json->key.len / API_SCHEMA_SHORT_BYTES;

    for (i = 0; i < json->count; i++) {
        n += cost(&json->items[i]);
    }

    return n;
}


ngx_int_t
api_schema_short_fill(ngx_pool_t *pool, const api_schema_short_t *form,
    api_json_t *document)
{
    short_fill_t  f;

    f.pool = pool;
    f.left = API_JSON_VALUES;

    return fill(&f, form, document);
}


static ngx_int_t
fill(short_fill_t *f, const api_schema_short_t *form, api_json_t *json)
{
    if (!form->object || !form->defaults) {
        return NGX_DECLINED;
    }

    if (form->rule.type.array) {
        return json->type == API_JSON_ARRAY ? fill_array(f, form, json)
                                            : NGX_DECLINED;
    }

    return json->type == API_JSON_OBJECT ? fill_object(f, form, json)
                                         : NGX_DECLINED;
}


static ngx_int_t
fill_array(short_fill_t *f, const api_schema_short_t *form,
    api_json_t *array)
{
    ngx_int_t   rc, filled;
    ngx_uint_t  i;

    filled = NGX_DECLINED;

    for (i = 0; i < array->count; i++) {

        if (array->items[i].type != API_JSON_OBJECT) {
            continue;
        }

        rc = fill_object(f, form, &array->items[i]);

        if (rc == NGX_ERROR || rc == NGX_BUSY) {
            return rc;
        }

        if (rc == NGX_OK) {
            filled = NGX_OK;
        }
    }

    return filled;
}


static ngx_int_t
fill_object(short_fill_t *f, const api_schema_short_t *form,
    api_json_t *object)
{
    ngx_int_t             rc, filled;
    ngx_uint_t            i;
    api_json_t           *json;
    api_schema_short_t  **member;

    filled = add_absent(f, form, object);

    member = form->members.elts;

    for (i = 0; i < form->members.nelts; i++) {

        if (filled == NGX_ERROR || filled == NGX_BUSY) {
            return filled;
        }

        if (!member[i]->object || !member[i]->defaults) {
            continue;
        }

        json = api_json_member(object, &member[i]->name);

        if (json == NULL) {
            continue;
        }

        rc = fill(f, member[i], json);

        if (rc != NGX_DECLINED) {
            filled = rc;
        }
    }

    return filled;
}


static ngx_int_t
add_absent(short_fill_t *f, const api_schema_short_t *form,
    api_json_t *object)
{
    ngx_uint_t            i, n;
    api_json_t           *items;
    api_schema_short_t  **member;

    n = form->members.nelts;
    member = form->members.elts;
    items = NULL;

    for (i = 0; i < n; i++) {

        if (member[i]->fallback == NULL
            || api_json_member(object, &member[i]->name) != NULL)
        {
            continue;
        }

        if (f->left < member[i]->cost) {
            return NGX_BUSY;
        }

        f->left -= member[i]->cost;

        if (items == NULL) {
            items = ngx_palloc(f->pool,
                               (object->count + n) * sizeof(api_json_t));
            if (items == NULL) {
                return NGX_ERROR;
            }

            if (object->count != 0) {
                ngx_memcpy(items, object->items,
                           object->count * sizeof(api_json_t));
            }

            object->items = items;
        }

        items[object->count] = *member[i]->fallback;
        items[object->count].key = member[i]->name;
        object->count++;
    }

    return items != NULL ? NGX_OK : NGX_DECLINED;
}
