
/*
 * Faults are told, and the reading goes on for the others.
 */


#ifndef API_CONF_KEEP_H
#define API_CONF_KEEP_H


#include "http/route.h"


/* a fault has been told; the reading goes on, so that all of them are, and
   fails at its end. route: whose, or NULL; vague: no other one of its names is
   to be told. NGX_CONF_OK, or NGX_CONF_ERROR: these are enough. */
char *api_conf_keep(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t vague);

/* the same of a directive's handler, with what it would have returned, "is
   duplicate" */
char *api_conf_keep_why(ngx_conf_t *cf, ngx_command_t *cmd,
    api_http_route_t *route, const char *why);


#endif /* API_CONF_KEEP_H */
