
/*
 * What nginx's other modules have at a location: who answers what no route
 * takes.
 */


#ifndef API_CONF_OTHERS_H
#define API_CONF_OTHERS_H


#include "http/route.h"


/* nginx's module of that name, or NULL */
ngx_module_t *api_conf_other_module(ngx_conf_t *cf, const char *name);

/* what the module of nginx of that name has at the level; NULL: it is not
   there */
void *api_conf_other(ngx_conf_t *cf, void **loc_conf, const char *name);

/* conf->others, guest and root of a server or location whose core is merged */
void api_conf_others(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    api_http_loc_conf_t *conf, ngx_uint_t server);


#endif /* API_CONF_OTHERS_H */
