
/*
 * api_check: what it means for the statements around it.
 */


#ifndef API_CONF_DEMAND_H
#define API_CONF_DEMAND_H


#include "http/route.h"


/* does one stand right before the n-th query, to be asked with the result of
   the one above, so that the n-th must not be sent in advance? */
ngx_uint_t api_conf_demand_before(const api_http_route_t *route,
    ngx_uint_t n);

/* is one asked with a result of the part, which it may have rolled back? */
ngx_uint_t api_conf_demand_of(const api_http_route_t *route,
    const api_http_part_t *part);


#endif /* API_CONF_DEMAND_H */
