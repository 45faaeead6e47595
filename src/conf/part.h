
/*
 * Where a route's statements part: steps that stand between them.
 *
 * What stands above such a step is one transaction, what stands below another,
 * and no connection is held meanwhile.
 */


#ifndef API_CONF_PART_H
#define API_CONF_PART_H


#include "http/step.h"


/*
 * For a directive of a route, before the pass "plan": the step runs before the
 * n-th query (route->queries.nelts: behind all that are there now), behind
 * those that were added for the same place.  It is not asked whether it is
 * used.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_conf_part_add(ngx_conf_t *cf,
    api_http_route_t *route, ngx_uint_t n, const api_http_step_t *step);

/* route->parts, now that all steps are known.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_parts(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_PART_H */
