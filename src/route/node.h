
/*
 * The tree of a table, seen by route/table.c (which builds it) and
 * route/match.c (which reads it), and by nobody else.
 */


#ifndef API_ROUTE_NODE_H
#define API_ROUTE_NODE_H


#include "route/pattern.h"
#include "route/table.h"
#include "core/core.h"


typedef struct api_route_node_s  api_route_node_t;


typedef struct {
    ngx_uint_t             method;
    const api_pattern_t   *pattern;
    void                  *data;
} api_route_entry_t;


/* patterns of equal rank end in one node: names and types are not in it */
struct api_route_node_s {
    ngx_str_t              text;       /* of a text segment */
    ngx_array_t            children;   /* of api_route_node_t *, by text */
    api_route_node_t      *typed;
    api_route_node_t      *param;
    api_route_node_t      *rest;
    ngx_array_t            routes;     /* of api_route_entry_t, as declared */
};


struct api_route_table_s {
    ngx_pool_t            *pool;
    api_route_node_t      *root;
    ngx_uint_t             nroutes;
};


/*
 * The child of a text segment; or NULL, and in *place where among the
 * children it belongs.
 */
api_route_node_t *api_route_node_find(const api_route_node_t *node,
    const ngx_str_t *text, ngx_uint_t *place);


#endif /* API_ROUTE_NODE_H */
