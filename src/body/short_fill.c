
#include "body/short.h"


typedef struct {
    ngx_pool_t  *pool;
    ngx_uint_t   left;       /* values that may still be added */
} short_fill_t;


static ngx_uint_t cost(const api_json_t *json);
static ngx_int_t fill(short_fill_t *f, const api_body_short_t *form,
    api_json_t *json, api_json_t **found);
static ngx_int_t fill_array(short_fill_t *f, const api_body_short_t *form,
    api_json_t *array, api_json_t **found);
static ngx_int_t fill_object(short_fill_t *f, const api_body_short_t *form,
    api_json_t *object, api_json_t **found);
static ngx_int_t add_absent(short_fill_t *f, const api_body_short_t *form,
    api_json_t *object, api_json_t **found);


ngx_int_t
api_body_short_defaults(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_schema_node_t *node, api_body_short_t *form,
    const api_body_short_t **wrong)
{
    ngx_int_t           rc;
    ngx_uint_t          i, room;
    ngx_array_t        *failures;
    api_body_short_t  **member;

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

    room = 0;
    member = form->members.elts;

    for (i = 0; i < form->members.nelts && node != NULL; i++) {

        rc = api_body_short_defaults(pool, doc,
                                     api_schema_member(node,
                                                       &member[i]->name),
                                     member[i], wrong);
        if (rc != NGX_OK) {
            return rc;
        }

        form->defaults |= member[i]->defaults;
        room = ngx_max(room, member[i]->room);
    }

    form->room = form->members.nelts + room;

    return NGX_OK;
}


/* as deep as a schema's text may nest */

static ngx_uint_t
cost(const api_json_t *json)
{
    ngx_uint_t  i, n;

    if (json->type != API_JSON_ARRAY && json->type != API_JSON_OBJECT) {
        return 1 + (json->key.len + json->text.len) / API_BODY_SHORT_BYTES;
    }

    n = 1 + json->key.len / API_BODY_SHORT_BYTES;

    for (i = 0; i < json->count; i++) {
        n += cost(&json->items[i]);
    }

    return n;
}


ngx_int_t
api_body_short_fill(ngx_pool_t *pool, const api_body_short_t *form,
    api_json_t *document, ngx_uint_t most)
{
    short_fill_t   f;
    api_json_t   **found;

    if (!form->object || !form->defaults) {
        return NGX_DECLINED;
    }

    found = ngx_palloc(pool, form->room * sizeof(api_json_t *));
    if (found == NULL) {
        return NGX_ERROR;
    }

    f.pool = pool;
    f.left = most;

    return fill(&f, form, document, found);
}


/*
 * found: room for the members of this form, followed by that for those inside
 */

static ngx_int_t
fill(short_fill_t *f, const api_body_short_t *form, api_json_t *json,
    api_json_t **found)
{
    if (form->rule.type.array) {
        return json->type == API_JSON_ARRAY ? fill_array(f, form, json, found)
                                            : NGX_DECLINED;
    }

    return json->type == API_JSON_OBJECT ? fill_object(f, form, json, found)
                                         : NGX_DECLINED;
}


static ngx_int_t
fill_array(short_fill_t *f, const api_body_short_t *form,
    api_json_t *array, api_json_t **found)
{
    ngx_int_t   rc, filled;
    ngx_uint_t  i;

    filled = NGX_DECLINED;

    for (i = 0; i < array->count; i++) {

        if (array->items[i].type != API_JSON_OBJECT) {
            continue;
        }

        rc = fill_object(f, form, &array->items[i], found);

        if (rc == NGX_ERROR || rc == NGX_BUSY) {
            return rc;
        }

        if (rc == NGX_OK) {
            filled = NGX_OK;
        }
    }

    return filled;
}


/* what is inside comes first: add_absent() moves the members */

static ngx_int_t
fill_object(short_fill_t *f, const api_body_short_t *form,
    api_json_t *object, api_json_t **found)
{
    ngx_int_t           rc, filled;
    ngx_uint_t          i, n;
    api_body_short_t  **member;

    filled = NGX_DECLINED;
    n = form->members.nelts;
    member = form->members.elts;

    api_schema_names_match(&form->names, object, found);

    for (i = 0; i < n; i++) {

        if (!member[i]->object || !member[i]->defaults || found[i] == NULL) {
            continue;
        }

        rc = fill(f, member[i], found[i], found + n);

        if (rc == NGX_ERROR || rc == NGX_BUSY) {
            return rc;
        }

        if (rc == NGX_OK) {
            filled = NGX_OK;
        }
    }

    rc = add_absent(f, form, object, found);

    return rc == NGX_DECLINED ? filled : rc;
}


static ngx_int_t
add_absent(short_fill_t *f, const api_body_short_t *form,
    api_json_t *object, api_json_t **found)
{
    ngx_uint_t          i, absent;
    api_json_t         *items;
    api_body_short_t  **member;

    absent = 0;
    member = form->members.elts;

    for (i = 0; i < form->members.nelts; i++) {

        if (member[i]->fallback == NULL || found[i] != NULL) {
            continue;
        }

        if (f->left < member[i]->cost) {
            return NGX_BUSY;
        }

        f->left -= member[i]->cost;
        absent++;
    }

    if (absent == 0) {
        return NGX_DECLINED;
    }

    items = ngx_palloc(f->pool, (object->count + absent) * sizeof(api_json_t));
    if (items == NULL) {
        return NGX_ERROR;
    }

    if (object->count != 0) {
        ngx_memcpy(items, object->items, object->count * sizeof(api_json_t));
    }

    object->items = items;

    for (i = 0; i < form->members.nelts; i++) {

        if (member[i]->fallback == NULL || found[i] != NULL) {
            continue;
        }

        items[object->count] = *member[i]->fallback;
        items[object->count].key = member[i]->name;
        object->count++;
    }

    return NGX_OK;
}
