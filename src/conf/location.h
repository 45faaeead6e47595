
/*
 * Which routes are asked when nginx has chosen a location.
 */


#ifndef API_CONF_LOCATION_H
#define API_CONF_LOCATION_H


#include "http/route.h"


/* a server, or a location that its requests come to by their path */
typedef struct {
    ngx_http_core_loc_conf_t   *clcf;
    void                      **loc_conf;
    ngx_uint_t                  parent;      /* the server, 0, is its own */
    u_char                     *file;        /* of a location; a string */
    ngx_uint_t                  line;
    unsigned                    in_regex:1;  /* an expression, or inside one */
} api_conf_level_t;

/* a level that is merged and the locations right in it. NGX_OK or NGX_ERROR
   (logged: limit_except beside routes) */
API_MUST_CHECK ngx_int_t api_conf_level(ngx_conf_t *cf,
    api_http_loc_conf_t *conf, ngx_uint_t server);

/* a route, once its segments have their types. NGX_OK or NGX_ERROR (logged: it
   has an equal) */
API_MUST_CHECK ngx_int_t api_conf_route_add(ngx_conf_t *cf,
    api_http_route_t *route);

/* when all levels are merged: the tables that are asked, and what refused
   requests run with. NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_conf_locations(ngx_conf_t *cf);


#endif /* API_CONF_LOCATION_H */
