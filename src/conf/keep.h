
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

/* the same of the directive as a whole, "belongs in http { }", and of a route's
   names then none is told. NGX_CONF_ERROR where a block follows, which nobody
   would read */
char *api_conf_keep_whole(ngx_conf_t *cf, ngx_command_t *cmd,
    api_http_route_t *route, const char *why);

/* api_param "limit", "min=x": a sentence, at that word, one of cf->args. word:
   NULL for none, then it is the directive's place */
void api_conf_refuse(ngx_conf_t *cf, const char *what,
    const ngx_str_t *name, const ngx_str_t *word, const char *why);


#endif /* API_CONF_KEEP_H */
