
/*
 * Warns of routes that nginx's choice, or a return, keeps from being asked.
 */


#ifndef API_CONF_SHADOW_H
#define API_CONF_SHADOW_H


#include "http/route.h"


/* warns of routes that are not asked for some or any of their paths. NGX_OK or
   NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_shadows(ngx_conf_t *cf,
    const api_http_srv_conf_t *ascf);


#endif /* API_CONF_SHADOW_H */
