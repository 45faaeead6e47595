
/*
 * The path of a route: text, ":name", ":name<type>" and, at its end, "*name"
 * between slashes, as "/users/:id<uuid>/posts".
 */


#ifndef API_ROUTE_PATTERN_H
#define API_ROUTE_PATTERN_H


#include "core/core.h"
#include "core/value.h"


typedef enum {
    API_SEGMENT_TEXT = 0,
    API_SEGMENT_TYPED,       /* :name<type>; falls to the next on mismatch */
    API_SEGMENT_PARAM,       /* :name */
    API_SEGMENT_REST         /* *name, the last; one or more segments */
} api_segment_kind_e;


typedef struct {
    api_segment_kind_e   kind;
    ngx_str_t            text;    /* the text, or the name */
    api_type_t           type;    /* of a typed one */
} api_segment_t;


#define API_PATTERN_SEGMENTS  32


typedef struct {
    ngx_str_t            text;    /* the whole, as written, prefix included */
    ngx_array_t          segments;     /* of api_segment_t */
    ngx_uint_t           nvalues;      /* segments that are not text */
} api_pattern_t;


/*
 * text begins with "/"; "/" alone has no segments.  NGX_OK; NGX_DECLINED:
 * *why is a sentence with the remedy (empty segment, trailing slash, bad
 * name, name twice, unknown type, array type, text behind *rest, too many
 * segments, and what never matches a decoded path or is not meant for one:
 * a NUL byte, "." and "..", "?", "#", "<", ">", "%" and two hex digits);
 * NGX_ERROR: memory.  The pattern points into text, which must live as long.
 */
API_MUST_CHECK ngx_int_t api_pattern_parse(ngx_pool_t *pool,
    const ngx_str_t *text, api_pattern_t *pattern, const char **why);

/* the index of the value that a segment of this name has, or NGX_ERROR */
ngx_int_t api_pattern_index(const api_pattern_t *pattern,
    const ngx_str_t *name);

/* bytes of text before the first segment that varies: 7 for "/users/:id" */
size_t api_pattern_literal(const api_pattern_t *pattern);


#endif /* API_ROUTE_PATTERN_H */
