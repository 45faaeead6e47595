
/*
 * api_check: what it means for the statements around it.
 */


#ifndef API_CONF_DEMAND_H
#define API_CONF_DEMAND_H


#include "http/route.h"


/* while a route's block is read: a check of what stands in its reader, at this
   place.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_demand_add(ngx_conf_t *cf,
    api_http_route_t *route, api_http_demand_t *read);

/* does one stand right before the n-th query, to be asked with the result of
   the one above, so that the n-th must not be sent in advance? */
ngx_uint_t api_conf_demand_before(const api_http_route_t *route,
    ngx_uint_t n);

/* is one asked with a result of the part, which it may have rolled back? */
ngx_uint_t api_conf_demand_of(const api_http_route_t *route,
    const api_http_part_t *part);


#endif /* API_CONF_DEMAND_H */
