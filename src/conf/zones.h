
/*
 * JSON of the client's that a statement reads as a type without a time zone.
 */


#ifndef API_CONF_ZONES_H
#define API_CONF_ZONES_H


#include "http/route.h"


/* warns where PostgreSQL would drop a zone that was sent. NGX_OK or NGX_ERROR
   (memory) */
API_MUST_CHECK ngx_int_t api_conf_zones(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_ZONES_H */
