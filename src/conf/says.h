
/*
 * What a location says that a route of the server does without.
 */


#ifndef API_CONF_SAYS_H
#define API_CONF_SAYS_H


#include "conf/location.h"
#include "http/route.h"


/* a directive that the location says itself, and that a route of the server
   beside it does without: who may come in, where a request is led, what is
   sent with an answer; not what the route says itself, which would not hold in
   there either. Of "/", which is for what no route takes, less counts.
   NULL: none */
const char *api_conf_says(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    const api_conf_level_t *level, const api_http_route_t *route);


/* the first directive of another module's right in the location whose "{" was
   read last that does the like of these; NULL: none that can be seen (see
   conf/ahead.h), or no location begins */
const char *api_conf_says_alien(ngx_conf_t *cf);


#endif /* API_CONF_SAYS_H */
