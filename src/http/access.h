
/*
 * The steps of API_PHASE_ACCESS, in nginx's access phase.
 */


#ifndef API_HTTP_ACCESS_H
#define API_HTTP_ACCESS_H


#include "http/ctx.h"


/*
 * In postconfiguration, when all locations are merged: what is asked in each,
 * and, where anything is, nginx's handlers.  NGX_OK or NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_access_init(ngx_conf_t *cf);

/* adds a location whose configuration is being merged to those that are asked.
   NGX_OK or NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_http_access_location(ngx_conf_t *cf,
    api_http_loc_conf_t *alcf);


#endif /* API_HTTP_ACCESS_H */
