
/*
 * The routes of one location (or server): path first, then method.
 *
 * 1. A path and a pattern have the same shape when each segment does: text is
 *    the same bytes, :name and :name<type> any one segment that is not empty,
 *    *name the rest, which is not empty and does not begin with "/" (it may
 *    end with one).  So "/users/" is not "/users", and "/files/" not
 *    "*path" behind "/files".  A pattern fits when, besides, each typed value
 *    is of its type.
 * 2. Patterns are ranked segment by segment from the left: text beats typed
 *    beats untyped beats *rest.  Names and types do not count: patterns of
 *    equal rank are one path.
 * 3. The path is the best one with a pattern that fits; its methods (allow)
 *    are those of the patterns that fit.  Where no pattern fits, it is the
 *    best path that has the shape, with the methods of all its patterns.
 * 4. The method is looked up in that path and nowhere else.
 *
 * A match visits a node of the tree at most once, and checks a value against
 * a type at most once (enum: once a route): no path costs more than the
 * routes' segments, and 1,000 routes of different text cost ten comparisons
 * of a segment.
 */


#ifndef API_ROUTE_TABLE_H
#define API_ROUTE_TABLE_H


#include "route/pattern.h"
#include "core/core.h"


typedef struct api_route_table_s  api_route_table_t;


/* bits of a set of methods */
#define API_METHOD_GET      0x01
#define API_METHOD_POST     0x02
#define API_METHOD_PUT      0x04
#define API_METHOD_PATCH    0x08
#define API_METHOD_DELETE   0x10
#define API_METHOD_HEAD     0x20     /* answered by GET's route */
#define API_METHOD_OPTIONS  0x40     /* answered by us unless routed */


typedef enum {
    API_ROUTE_FOUND = 0,
    API_ROUTE_NONE,            /* 404 */
    API_ROUTE_METHOD,          /* 405, or OPTIONS: allow says what there is */
    API_ROUTE_BAD_VALUE,       /* 400: segment says which */
    API_ROUTE_ERROR            /* 500: no memory to check a value */
} api_route_result_e;


typedef struct {
    void                *data;      /* of the route (of BAD_VALUE: the one of
                                       that method); for API_ROUTE_METHOD that
                                       of the path's first; else NULL */
    const api_pattern_t *pattern;   /* of that route */
    ngx_uint_t           allow;     /* methods of the path, HEAD and OPTIONS
                                       included */
    const api_segment_t *segment;   /* API_ROUTE_BAD_VALUE: the first such */
    ngx_uint_t           nvalues;   /* FOUND, BAD_VALUE; else 0 */
    ngx_str_t            values[API_PATTERN_SEGMENTS];
                                    /* point into the path */
} api_route_match_t;


/* NULL: memory */
api_route_table_t *api_route_table_create(ngx_pool_t *pool);

/*
 * method: one bit of GET POST PUT PATCH DELETE OPTIONS.  NGX_OK;
 * NGX_BUSY: the method and an equal path are there, *other is its data (two
 * paths are equal when each segment is, names aside; typed segments of
 * different types are equal unless the types exclude each other, as int,
 * uuid, date and bool do; bigint and number do as int does, but not each
 * other); NGX_ERROR: memory.  The pattern must live as long as the table.
 */
API_MUST_CHECK ngx_int_t api_route_table_add(api_route_table_t *table,
    ngx_uint_t method, const api_pattern_t *pattern, void *data,
    void **other);

ngx_uint_t api_route_table_empty(const api_route_table_t *table);

/*
 * path: decoded, as r->uri.  Changes nothing.  scratch is for checking typed
 * values, the only memory it takes.  HEAD asks for GET's route; 0, a method
 * we do not know, is in no path.
 */
api_route_result_e api_route_table_match(const api_route_table_t *table,
    ngx_uint_t method, const ngx_str_t *path, ngx_pool_t *scratch,
    api_route_match_t *match);

/* "GET" to its bit, 0 if unknown */
ngx_uint_t api_route_method(const ngx_str_t *name);

/* "GET, HEAD, OPTIONS" into out (at least API_ROUTE_ALLOW_LEN bytes) */
#define API_ROUTE_ALLOW_LEN  64
size_t api_route_allow(ngx_uint_t methods, u_char *out);


#endif /* API_ROUTE_TABLE_H */
