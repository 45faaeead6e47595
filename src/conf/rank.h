
/*
 * Routes of the server among its locations.
 */


#ifndef API_CONF_RANK_H
#define API_CONF_RANK_H


#include "conf/location.h"


/* does a route of the server go before that location, whose name its path
   begins with? */
ngx_uint_t api_conf_ranks(const api_conf_level_t *level,
    const api_http_route_t *route);


#endif /* API_CONF_RANK_H */
