
#include "route/table.h"

#include "route/node.h"


static api_route_node_t *create_node(ngx_pool_t *pool,
    const ngx_str_t *text);
static api_route_node_t *add_node(ngx_pool_t *pool, api_route_node_t *node,
    const api_segment_t *segment);
static api_route_node_t *add_text(ngx_pool_t *pool, api_route_node_t *node,
    const ngx_str_t *text);
static ngx_int_t compare_text(const ngx_str_t *a, const ngx_str_t *b);
static ngx_uint_t exclude(const api_pattern_t *a, const api_pattern_t *b);
static ngx_uint_t type_class(const api_type_t *type);


static const struct {
    ngx_str_t              name;
    ngx_uint_t             bit;
} method_names[] = {
    { ngx_string("GET"), API_METHOD_GET },
    { ngx_string("HEAD"), API_METHOD_HEAD },
    { ngx_string("POST"), API_METHOD_POST },
    { ngx_string("PUT"), API_METHOD_PUT },
    { ngx_string("PATCH"), API_METHOD_PATCH },
    { ngx_string("DELETE"), API_METHOD_DELETE },
    { ngx_string("OPTIONS"), API_METHOD_OPTIONS }
};

#define NMETHODS  (sizeof(method_names) / sizeof(method_names[0]))


api_route_table_t *
api_route_table_create(ngx_pool_t *pool)
{
    ngx_str_t           none;
    api_route_table_t  *table;

    table = ngx_pcalloc(pool, sizeof(api_route_table_t));
    if (table == NULL) {
        return NULL;
    }

    ngx_str_null(&none);

    table->pool = pool;
    table->root = create_node(pool, &none);

    return table->root != NULL ? table : NULL;
}


ngx_int_t
api_route_table_add(api_route_table_t *table, ngx_uint_t method,
    const api_pattern_t *pattern, void *data, void **other)
{
    ngx_uint_t            i;
    api_route_node_t     *node;
    api_route_entry_t    *route;
    const api_segment_t  *segment;

    node = table->root;
    segment = pattern->segments.elts;

    for (i = 0; i < pattern->segments.nelts; i++) {
        node = add_node(table->pool, node, &segment[i]);
        if (node == NULL) {
            return NGX_ERROR;
        }
    }

    route = node->routes.elts;

    for (i = 0; i < node->routes.nelts; i++) {
        if (route[i].method == method && !exclude(route[i].pattern, pattern)) {
            *other = route[i].data;
            return NGX_BUSY;
        }
    }

    route = ngx_array_push(&node->routes);
    if (route == NULL) {
        return NGX_ERROR;
    }

    route->method = method;
    route->pattern = pattern;
    route->data = data;

    table->nroutes++;

    return NGX_OK;
}


ngx_uint_t
api_route_table_empty(const api_route_table_t *table)
{
    return table->nroutes == 0;
}


api_route_node_t *
api_route_node_find(const api_route_node_t *node, const ngx_str_t *text,
    ngx_uint_t *place)
{
    ngx_int_t           rc;
    ngx_uint_t          low, high, middle;
    api_route_node_t  **children;

    children = node->children.elts;
    low = 0;
    high = node->children.nelts;

    while (low < high) {
        middle = low + (high - low) / 2;
        rc = compare_text(text, &children[middle]->text);

        if (rc == 0) {
            return children[middle];
        }

        if (rc < 0) {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    *place = low;

    return NULL;
}


ngx_uint_t
api_route_method(const ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0; i < NMETHODS; i++) {
        if (api_str_equal(&method_names[i].name, name)) {
            return method_names[i].bit;
        }
    }

    return 0;
}


size_t
api_route_allow(ngx_uint_t methods, u_char *out)
{
    u_char      *p;
    ngx_uint_t   i;

    p = out;

    for (i = 0; i < NMETHODS; i++) {

        if (!(methods & method_names[i].bit)) {
            continue;
        }

        if (p != out) {
            *p++ = ',';
            *p++ = ' ';
        }

        p = ngx_cpymem(p, method_names[i].name.data, method_names[i].name.len);
    }

    return (size_t) (p - out);
}


static api_route_node_t *
create_node(ngx_pool_t *pool, const ngx_str_t *text)
{
    api_route_node_t  *node;

    node = ngx_pcalloc(pool, sizeof(api_route_node_t));
    if (node == NULL) {
        return NULL;
    }

    node->text = *text;

    if (ngx_array_init(&node->children, pool, 1, sizeof(api_route_node_t *))
        != NGX_OK)
    {
        return NULL;
    }

    if (ngx_array_init(&node->routes, pool, 1, sizeof(api_route_entry_t))
        != NGX_OK)
    {
        return NULL;
    }

    return node;
}


static api_route_node_t *
add_node(ngx_pool_t *pool, api_route_node_t *node,
    const api_segment_t *segment)
{
    api_route_node_t  **child;

    switch (segment->kind) {

    case API_SEGMENT_TEXT:
        return add_text(pool, node, &segment->text);

    case API_SEGMENT_TYPED:
        child = &node->typed;
        break;

    case API_SEGMENT_PARAM:
        child = &node->param;
        break;

    default: /* API_SEGMENT_REST */
        child = &node->rest;
        break;
    }

    if (*child == NULL) {
        *child = create_node(pool, &segment->text);
    }

    return *child;
}


static api_route_node_t *
add_text(ngx_pool_t *pool, api_route_node_t *node, const ngx_str_t *text)
{
    ngx_uint_t          place;
    api_route_node_t   *child, **children;

    child = api_route_node_find(node, text, &place);
    if (child != NULL) {
        return child;
    }

    child = create_node(pool, text);
    if (child == NULL) {
        return NULL;
    }

    if (ngx_array_push(&node->children) == NULL) {
        return NULL;
    }

    children = node->children.elts;

    ngx_memmove(&children[place + 1], &children[place],
                (node->children.nelts - 1 - place) * sizeof(children[0]));

    children[place] = child;

    return child;
}


/* in any order: lengths are quickest to compare */

static ngx_int_t
compare_text(const ngx_str_t *a, const ngx_str_t *b)
{
    if (a->len != b->len) {
        return a->len < b->len ? -1 : 1;
    }

    return ngx_memcmp(a->data, b->data, a->len);
}


/*
 * patterns of equal rank: is there a segment that no value can suit both of?
 */

static ngx_uint_t
exclude(const api_pattern_t *a, const api_pattern_t *b)
{
    ngx_uint_t            i, of_a, of_b;
    const api_segment_t  *sa, *sb;

    sa = a->segments.elts;
    sb = b->segments.elts;

    for (i = 0; i < a->segments.nelts; i++) {

        if (sa[i].kind != API_SEGMENT_TYPED) {
            continue;
        }

        of_a = type_class(&sa[i].type);
        of_b = type_class(&sb[i].type);

        if (of_a != 0 && of_b != 0 && of_a != of_b) {
            return 1;
        }
    }

    return 0;
}


/* values of two different classes are never the same; 0: no class */

static ngx_uint_t
type_class(const api_type_t *type)
{
    switch (type->kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
    case API_TYPE_NUMBER:
        return 1;

    case API_TYPE_UUID:
        return 2;

    case API_TYPE_DATE:
        return 3;

    case API_TYPE_BOOL:
        return 4;

    default:
        return 0;
    }
}
