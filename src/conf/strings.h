
/*
 * Names of the route's that stand inside strings of its SQL.
 */


#ifndef API_CONF_STRINGS_H
#define API_CONF_STRINGS_H


#include "http/route.h"


/* warns of names of the route's inside strings of its SQL. NGX_OK or NGX_ERROR
   (memory) */
API_MUST_CHECK ngx_int_t api_conf_strings(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_STRINGS_H */
