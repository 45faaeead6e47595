
/*
 * What flows from http to server to location to route: database, timeout,
 * params, errors.
 */


#ifndef API_CONF_LEVELS_H
#define API_CONF_LEVELS_H


#include "http/route.h"


/* what flows from http to server to location to route */
API_MUST_CHECK ngx_int_t api_conf_levels(ngx_conf_t *cf,
    const api_http_loc_conf_t *prev, api_http_loc_conf_t *conf);


#endif /* API_CONF_LEVELS_H */
