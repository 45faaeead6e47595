
#include "conf/rank.h"


/*
 * A route of the server stands for a location whose name is what its path
 * begins with before the first segment that varies: of two prefixes nginx
 * takes the longer, and of equal ones we take the route.
 */

ngx_uint_t
api_conf_ranks(const api_conf_level_t *level,
    const api_http_route_t *route)
{
    const ngx_str_t  *name;

    name = &level->clcf->name;

    return !level->in_regex
           && !level->clcf->exact_match
           && api_pattern_literal(&route->pattern) >= name->len
           && ngx_filename_cmp(route->pattern.text.data, name->data, name->len)
              == 0;
}
