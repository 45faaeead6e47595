
/*
 * What becomes of a route when its levels are merged: a list of passes.
 */


#ifndef API_CONF_PASS_H
#define API_CONF_PASS_H


#include "http/route.h"


/* when a pass runs, though one before it has found a fault */
typedef enum {
    API_PASS_ALWAYS = 0,
    API_PASS_BEHIND,           /* if the one right before it found none */
    API_PASS_SOUND             /* if nothing is wrong with the route at all */
} api_conf_pass_when_e;


/* of static memory */
typedef struct {
    const char                 *name;

    /* NGX_OK or NGX_ERROR (told, or memory) */
    ngx_int_t                 (*run)(ngx_conf_t *cf, api_http_route_t *route);

    api_conf_pass_when_e        when;
    unsigned                    statements:1;  /* for routes with api_query
                                                  only */
    unsigned                    needed:1;      /* when it fails nothing can be
                                                  told of the rest */
    const char                 *after;         /* of a chapter's: the name of
                                                  the core's pass that it runs
                                                  behind */
} api_conf_pass_t;


/* in a chapter's preconfiguration: a pass more.  NGX_OK or NGX_ERROR
   (memory) */
API_MUST_CHECK ngx_int_t api_conf_pass_add(ngx_conf_t *cf,
    const api_conf_pass_t *pass);

/*
 * A list, ended by one without a name, with what chapters have added.  A pass
 * that fails sets route->refused; one that sets route->vague ends it.  NGX_OK
 * or NGX_ERROR: one has failed.
 */
API_MUST_CHECK ngx_int_t api_conf_pass_run(ngx_conf_t *cf,
    const api_conf_pass_t *list, api_http_route_t *route);


#endif /* API_CONF_PASS_H */
