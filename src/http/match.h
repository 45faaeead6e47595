
/*
 * Find-config phase: method and path to a route, and the route's own
 * location configuration to the request (docs: "A route is a location").
 */


#ifndef API_HTTP_MATCH_H
#define API_HTTP_MATCH_H


#include "http/route.h"


/*
 * In init_module: puts our checker before nginx's find-config checker, in the
 * phase engine of this cycle, if any server has routes.  NGX_OK or NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_match_init(ngx_cycle_t *cycle);


#endif /* API_HTTP_MATCH_H */
