
/*
 * The names that a route declares: none twice, and warnings of those that are
 * never used.
 */


#ifndef API_CONF_NAMES_H
#define API_CONF_NAMES_H


#include "http/route.h"


/* the names a route declares: each is one thing.  NGX_OK or NGX_ERROR
   (logged) */
API_MUST_CHECK ngx_int_t api_conf_names(ngx_conf_t *cf,
    api_http_route_t *route);

/* when its statements are bound: a warning of each that they do not say.
   NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_names_unused(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_NAMES_H */
