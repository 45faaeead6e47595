
#include "body/form.h"

#include "core/buf.h"
#include "core/scan.h"
#include "core/value_number.h"
#include "json/form.h"
#include "schema/node.h"


/* a field of the form; those of one name become one member */
typedef struct {
    const api_json_pair_t  *pair;
    ngx_uint_t              first;     /* the first of its name */
    ngx_uint_t              count;     /* of its name, at the first */
} form_entry_t;

/* to be sorted by name, then by place */
typedef struct {
    const api_json_pair_t  *pair;
    ngx_str_t               name;      /* without brackets; a NUL behind */
    ngx_uint_t              index;
    unsigned                brackets:1;
} form_order_t;


static ngx_int_t group(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const ngx_array_t *pairs, form_order_t **order, form_entry_t **entries);
static ngx_int_t name_order(ngx_pool_t *pool, const api_schema_doc_t *doc,
    form_order_t *order);
static ngx_uint_t is_list(const api_schema_node_t *node);
static int compare(const void *a, const void *b);
static int compare_names(const ngx_str_t *a, const ngx_str_t *b);
static ngx_int_t make_member(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const form_order_t *order, ngx_uint_t count, api_json_t *member,
    ngx_array_t **failures);
static ngx_int_t make_list(ngx_pool_t *pool, const api_schema_node_t *items,
    const form_order_t *order, ngx_uint_t count, api_json_t *member,
    ngx_array_t **failures);
static ngx_uint_t count_items(const form_order_t *order, ngx_uint_t count,
    ngx_uint_t plain);
static ngx_int_t make_items(ngx_pool_t *pool, const api_schema_node_t *items,
    const form_order_t *order, ngx_uint_t plain, api_json_t *member);
static ngx_uint_t is_plain(const api_schema_node_t *items);
static void trim(ngx_str_t *text);
static void make_value(const api_schema_node_t *node, const ngx_str_t *text,
    api_json_t *json);
static ngx_int_t fail(ngx_pool_t *pool, const ngx_str_t *name,
    const char *code, const char *message, ngx_array_t **failures);


ngx_int_t
api_body_form(ngx_pool_t *pool, const api_schema_doc_t *doc,
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
        || group(pool, doc, pairs, &order, &entries) != NGX_OK)
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
group(ngx_pool_t *pool, const api_schema_doc_t *doc, const ngx_array_t *pairs,
    form_order_t **order, form_entry_t **entries)
{
    ngx_uint_t              i, n, first;
    form_order_t           *o;
    form_entry_t           *e;
    const api_json_pair_t  *pair;

    n = pairs->nelts;
    pair = pairs->elts;

    o = ngx_pcalloc(pool, n * sizeof(form_order_t));
    e = ngx_pcalloc(pool, n * sizeof(form_entry_t));

    if (o == NULL || e == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        o[i].pair = &pair[i];
        o[i].index = i;

        if (name_order(pool, doc, &o[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    qsort(o, n, sizeof(form_order_t), compare);

    first = 0;

    for (i = 0; i < n; i++) {

        if (compare_names(&o[first].name, &o[i].name) != 0) {
            first = i;
        }

        e[o[first].index].first = first;
        e[o[first].index].count = i - first + 1;
    }

    *order = o;
    *entries = e;

    return NGX_OK;
}


/* brackets are of the name unless the schema has a list without them */

static ngx_int_t
name_order(ngx_pool_t *pool, const api_schema_doc_t *doc, form_order_t *order)
{
    u_char                   *p;
    ngx_str_t                 name;
    const api_schema_node_t  *root, *node;

    order->name = order->pair->name;

    name.data = order->name.data;
    name.len = api_scan_brackets(&order->name);

    if (name.len == 0) {
        return NGX_OK;
    }

    root = api_schema_root(doc);
    node = api_schema_member(root, &name);

    if (node == NULL || !is_list(node)
        || api_schema_member(root, &order->name) != NULL)
    {
        return NGX_OK;
    }

    p = ngx_pnalloc(pool, name.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, name.data, name.len);
    p[name.len] = '\0';

    order->name.data = p;
    order->name.len = name.len;
    order->brackets = 1;

    return NGX_OK;
}


static ngx_uint_t
is_list(const api_schema_node_t *node)
{
    ngx_uint_t  types;

    types = api_schema_types(node);

    return (types & API_SCHEMA_ARRAY) && !(types & API_SCHEMA_STRING);
}


static int
compare(const void *a, const void *b)
{
    int                  rc;
    const form_order_t  *one, *two;

    one = a;
    two = b;

    rc = compare_names(&one->name, &two->name);

    if (rc != 0) {
        return rc;
    }

    return one->index < two->index ? -1 : 1;
}


static int
compare_names(const ngx_str_t *a, const ngx_str_t *b)
{
    int     rc;
    size_t  len;

    len = ngx_min(a->len, b->len);

    rc = ngx_memcmp(a->data, b->data, len);

    if (rc != 0 || a->len == b->len) {
        return rc;
    }

    return a->len < b->len ? -1 : 1;
}


static ngx_int_t
make_member(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const form_order_t *order, ngx_uint_t count, api_json_t *member,
    ngx_array_t **failures)
{
    const api_schema_node_t  *node;

    node = api_schema_member(api_schema_root(doc), &order[0].name);

    member->key = order[0].name;

    if (node != NULL && is_list(node)) {
        return make_list(pool, api_schema_items(node), order, count, member,
                         failures);
    }

    make_value(node, &order[0].pair->value, member);

    if (ngx_strlen(member->key.data) != member->key.len) {
        member->has_nul = 1;
    }

    return count == 1 ? NGX_OK
                      : fail(pool, &member->key, "duplicate",
                             "must be given only once", failures);
}


static ngx_int_t
make_list(ngx_pool_t *pool, const api_schema_node_t *items,
    const form_order_t *order, ngx_uint_t count, api_json_t *member,
    ngx_array_t **failures)
{
    ngx_uint_t  i, n, plain;

    member->type = API_JSON_ARRAY;

    plain = is_plain(items);

    /* as of a form whose list has nothing in it, but has to be sent */

    if (count == 1 && order[0].pair->value.len == 0) {
        return NGX_OK;
    }

    n = count_items(order, count, plain);

    if (n > API_SCHEMA_FORM_ITEMS) {
        return fail(pool, &member->key, "max_items", "has too many items",
                    failures);
    }

    member->items = ngx_pcalloc(pool, (n + 1) * sizeof(api_json_t));
    if (member->items == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < count; i++) {
        if (make_items(pool, items, &order[i], plain, member) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* or more: those that are empty count, too */

static ngx_uint_t
count_items(const form_order_t *order, ngx_uint_t count, ngx_uint_t plain)
{
    size_t            k;
    ngx_uint_t        i, n;
    const ngx_str_t  *value;

    n = count;

    for (i = 0; plain && i < count; i++) {
        value = &order[i].pair->value;

        for (k = 0; k < value->len; k++) {
            n += (value->data[k] == ',');
        }
    }

    return n;
}


/* those of one pair, behind those that are there */

static ngx_int_t
make_items(ngx_pool_t *pool, const api_schema_node_t *items,
    const form_order_t *order, ngx_uint_t plain, api_json_t *member)
{
    u_char     *p, *end, *comma;
    ngx_str_t   text;

    text = order->pair->value;

    if (!plain || text.len == 0) {
        make_value(items, &text, &member->items[member->count++]);
        return NGX_OK;
    }

    end = text.data + text.len;

    for (p = text.data; /* void */ ; p = comma + 1) {

        comma = ngx_strlchr(p, end, ',');
        if (comma == NULL) {
            comma = end;
        }

        text.len = (size_t) (comma - p);
        text.data = ngx_pnalloc(pool, text.len + 1);
        if (text.data == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(text.data, p, text.len);
        text.data[text.len] = '\0';

        trim(&text);
        make_value(items, &text, &member->items[member->count++]);

        if (comma == end) {
            return NGX_OK;
        }
    }
}


/* of a type that no comma is part of, nor a blank at an end */

static ngx_uint_t
is_plain(const api_schema_node_t *items)
{
    ngx_str_t    format;
    ngx_uint_t   i;

    static const char *const  formats[] = {
        "uuid", "date", "date-time", "time", "ipv4", "ipv6", "api-email",
        "api-date", "api-timestamp", "api-time", NULL
    };

    if (items == NULL) {
        return 0;
    }

    if (!(api_schema_types(items) & API_SCHEMA_STRING)) {
        return 1;
    }

    format = api_schema_format(items);

    for (i = 0; formats[i] != NULL; i++) {
        if (format.len == ngx_strlen(formats[i])
            && ngx_memcmp(format.data, formats[i], format.len) == 0)
        {
            return 1;
        }
    }

    if (items->values == NULL) {
        return 0;
    }

    /* one of some texts */

    for (i = 0; i < items->values->count; i++) {

        if (items->values->items[i].type == API_JSON_STRING
            && ngx_strlchr(items->values->items[i].text.data,
                           items->values->items[i].text.data
                           + items->values->items[i].text.len, ',')
               != NULL)
        {
            return 0;
        }
    }

    return 1;
}


static void
trim(ngx_str_t *text)
{
    while (text->len != 0 && text->data[0] == ' ') {
        text->data++;
        text->len--;
    }

    while (text->len != 0 && text->data[text->len - 1] == ' ') {
        text->data[--text->len] = '\0';
    }
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
fail(ngx_pool_t *pool, const ngx_str_t *name, const char *code,
    const char *message, ngx_array_t **failures)
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

    failure.code.data = api_unconst(code);
    failure.code.len = ngx_strlen(code);
    failure.message.data = api_unconst(message);
    failure.message.len = ngx_strlen(message);

    return api_error_fail(pool, failures, API_ERROR_FAILURES, &failure);
}
