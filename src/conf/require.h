
/*
 * The directive api_require while the configuration is read.
 */


#ifndef API_CONF_REQUIRE_H
#define API_CONF_REQUIRE_H


#include "http/jwt.h"


/* api_require off, or a line.  conf: of the level */
char *api_conf_require(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* what flows down: the lines of prev, unless some directive here clears them,
   and then the level's own.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_require_merge(ngx_conf_t *cf,
    const api_http_jwt_loc_conf_t *prev, api_http_jwt_loc_conf_t *conf,
    ngx_uint_t cleared);

/* a pass: each $name of a route's lines is a segment or an api_param */
API_MUST_CHECK ngx_int_t api_conf_require_names(ngx_conf_t *cf,
    api_http_route_t *route);


#endif /* API_CONF_REQUIRE_H */
