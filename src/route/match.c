
#include "route/table.h"

#include "route/node.h"


/* one path on its way through the tree */
typedef struct {
    const ngx_str_t         *path;
    ngx_pool_t              *scratch;
    const api_route_node_t  *shape;     /* the best one that has the path's
                                           shape */
    ngx_uint_t               failed;    /* no memory */

    /* a path with more segments has n = API_PATTERN_SEGMENTS + 1 */
    ngx_uint_t               n;
    ngx_str_t                segments[API_PATTERN_SEGMENTS];

    /*
     * sets of api_type_kind_e: those the value was checked for, and those it
     * is of
     */
    uint32_t                 asked[API_PATTERN_SEGMENTS];
    uint32_t                 fits[API_PATTERN_SEGMENTS];
} route_walk_t;


static void split(route_walk_t *walk, const ngx_str_t *path);
static const api_route_node_t *walk_node(route_walk_t *walk,
    const api_route_node_t *node, ngx_uint_t depth);
static const api_route_node_t *walk_end(route_walk_t *walk,
    const api_route_node_t *node);
static const api_segment_t *misfit(route_walk_t *walk,
    const api_pattern_t *pattern);
static ngx_uint_t is_of_type(route_walk_t *walk, ngx_uint_t i,
    const api_type_t *type);
static api_route_result_e choose(route_walk_t *walk,
    const api_route_node_t *node, ngx_uint_t fitting, ngx_uint_t method,
    api_route_match_t *match);
static void take_values(const route_walk_t *walk, api_route_match_t *match);


api_route_result_e
api_route_table_match(const api_route_table_t *table, ngx_uint_t method,
    const ngx_str_t *path, ngx_pool_t *scratch, api_route_match_t *match)
{
    route_walk_t             walk;
    api_route_result_e       result;
    const api_route_node_t  *node;

    /* values are not zeroed: nvalues says how many there are */
    ngx_memzero(match, offsetof(api_route_match_t, values));

    if (path->len == 0 || path->data[0] != '/') {
        return API_ROUTE_NONE;
    }

    walk.scratch = scratch;
    walk.shape = NULL;
    walk.failed = 0;
    split(&walk, path);

    node = walk_node(&walk, table->root, 0);

    if (method == API_METHOD_HEAD) {
        method = API_METHOD_GET;
    }

    if (node != NULL) {
        result = choose(&walk, node, 1, method, match);

    } else if (walk.shape != NULL) {
        result = choose(&walk, walk.shape, 0, method, match);

    } else {
        result = API_ROUTE_NONE;
    }

    if (walk.failed) {
        ngx_memzero(match, offsetof(api_route_match_t, values));
        return API_ROUTE_ERROR;
    }

    return result;
}


static void
split(route_walk_t *walk, const ngx_str_t *path)
{
    u_char      *p, *end;
    ngx_str_t   *segment;
    ngx_uint_t   n;

    walk->path = path;

    p = path->data + 1;
    end = path->data + path->len;

    for (n = 0; path->len > 1 && n < API_PATTERN_SEGMENTS; n++) {
        segment = &walk->segments[n];
        segment->data = p;

        p = memchr(p, '/', (size_t) (end - p));
        if (p == NULL) {
            p = end;
        }

        segment->len = (size_t) (p - segment->data);

        walk->asked[n] = 0;
        walk->fits[n] = 0;

        if (p == end) {
            walk->n = n + 1;
            return;
        }

        p++;
    }

    walk->n = (n == 0) ? 0 : n + 1;
}


/* the node of the best path that fits, or NULL */

static const api_route_node_t *
walk_node(route_walk_t *walk, const api_route_node_t *node, ngx_uint_t depth)
{
    ngx_uint_t               place;
    const ngx_str_t         *segment;
    const api_route_node_t  *child, *end;

    if (depth == walk->n) {
        return walk_end(walk, node);
    }

    /* no pattern is longer, and no kind of segment takes an empty one */

    if (depth == API_PATTERN_SEGMENTS || walk->segments[depth].len == 0) {
        return NULL;
    }

    segment = &walk->segments[depth];

    child = api_route_node_find(node, segment, &place);

    if (child != NULL) {
        end = walk_node(walk, child, depth + 1);
        if (end != NULL) {
            return end;
        }
    }

    if (node->typed != NULL) {
        end = walk_node(walk, node->typed, depth + 1);
        if (end != NULL) {
            return end;
        }
    }

    if (node->param != NULL) {
        end = walk_node(walk, node->param, depth + 1);
        if (end != NULL) {
            return end;
        }
    }

    return node->rest != NULL ? walk_end(walk, node->rest) : NULL;
}


static const api_route_node_t *
walk_end(route_walk_t *walk, const api_route_node_t *node)
{
    ngx_uint_t                i;
    const api_route_entry_t  *route;

    route = node->routes.elts;

    for (i = 0; i < node->routes.nelts; i++) {
        if (misfit(walk, route[i].pattern) == NULL) {
            return node;
        }
    }

    if (walk->shape == NULL && node->routes.nelts > 0) {
        walk->shape = node;
    }

    return NULL;
}


/*
 * in a pattern of the path's shape: the first segment whose value is not of
 * its type
 */

static const api_segment_t *
misfit(route_walk_t *walk, const api_pattern_t *pattern)
{
    ngx_uint_t            i;
    const api_segment_t  *segment;

    segment = pattern->segments.elts;

    for (i = 0; i < pattern->segments.nelts; i++) {
        if (segment[i].kind == API_SEGMENT_TYPED
            && !is_of_type(walk, i, &segment[i].type))
        {
            return &segment[i];
        }
    }

    return NULL;
}


static ngx_uint_t
is_of_type(route_walk_t *walk, ngx_uint_t i, const api_type_t *type)
{
    uint32_t       bit;
    ngx_int_t      rc;
    api_rule_t     rule;
    api_value_t    value;
    api_failure_t  failure;

    /*
     * two enums are two types: only what the kind alone decides is remembered
     */
    bit = (type->kind == API_TYPE_ENUM) ? 0 : (uint32_t) 1 << type->kind;

    if (walk->asked[i] & bit) {
        return (walk->fits[i] & bit) != 0;
    }

    ngx_memzero(&rule, sizeof(api_rule_t));
    ngx_memzero(&failure, sizeof(api_failure_t));
    rule.type = *type;

    rc = api_value_check(walk->scratch, &rule, &walk->segments[i], &value,
                         &failure);

    if (rc == NGX_ERROR) {
        walk->failed = 1;
    }

    walk->asked[i] |= bit;

    if (rc == NGX_OK) {
        walk->fits[i] |= bit;
    }

    return rc == NGX_OK;
}


/* the method's route among a path's: those that fit, or all if none does */

static api_route_result_e
choose(route_walk_t *walk, const api_route_node_t *node, ngx_uint_t fitting,
    ngx_uint_t method, api_route_match_t *match)
{
    ngx_uint_t                i;
    const api_route_entry_t  *route, *chosen;

    chosen = NULL;
    route = node->routes.elts;

    for (i = 0; i < node->routes.nelts; i++) {

        if (fitting && misfit(walk, route[i].pattern) != NULL) {
            continue;
        }

        match->allow |= route[i].method;

        if (match->pattern == NULL) {
            match->data = route[i].data;
            match->pattern = route[i].pattern;
        }

        if (chosen == NULL && route[i].method == method) {
            chosen = &route[i];
        }
    }

    if (match->allow & API_METHOD_GET) {
        match->allow |= API_METHOD_HEAD;
    }

    match->allow |= API_METHOD_OPTIONS;

    if (chosen == NULL) {
        return API_ROUTE_METHOD;
    }

    match->data = chosen->data;
    match->pattern = chosen->pattern;

    take_values(walk, match);

    if (fitting) {
        return API_ROUTE_FOUND;
    }

    match->segment = misfit(walk, chosen->pattern);

    return API_ROUTE_BAD_VALUE;
}


static void
take_values(const route_walk_t *walk, api_route_match_t *match)
{
    u_char               *end;
    ngx_str_t            *value;
    ngx_uint_t            i;
    const api_segment_t  *segment;

    end = walk->path->data + walk->path->len;
    segment = match->pattern->segments.elts;

    for (i = 0; i < match->pattern->segments.nelts; i++) {

        if (segment[i].kind == API_SEGMENT_TEXT) {
            continue;
        }

        value = &match->values[match->nvalues++];
        *value = walk->segments[i];

        if (segment[i].kind == API_SEGMENT_REST) {
            value->len = (size_t) (end - value->data);
        }
    }
}
