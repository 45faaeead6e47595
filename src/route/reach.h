
/*
 * Which paths a pattern and a location's name share: for warnings, while the
 * configuration is read.
 */


#ifndef API_ROUTE_REACH_H
#define API_ROUTE_REACH_H


#include "route/pattern.h"
#include "core/core.h"


/*
 * Is there a path of the pattern that begins with prefix (exact: that is
 * prefix)? A typed value of which only the beginning is known counts as
 * possible where that cannot be told.  scratch is for checking values.
 */
ngx_uint_t api_reach_prefix(ngx_pool_t *scratch, const api_pattern_t *pattern,
    const ngx_str_t *prefix, ngx_uint_t exact);

/*
 * A path of the pattern: typed segments get a value of their type, all others
 * word.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_reach_sample(ngx_pool_t *pool,
    const api_pattern_t *pattern, const char *word, ngx_str_t *path);


#endif /* API_ROUTE_REACH_H */
