
/*
 * The names that a route declares: none twice, and a word about each that no
 * statement says.
 */


#ifndef API_CONF_DECLARED_H
#define API_CONF_DECLARED_H


#include "http/route.h"


/* something that a statement can call $name */
typedef struct {
    ngx_str_t                name;
    const char              *what;       /* "a field of api_body" */
    api_place_t              place;
} api_conf_name_t;


/* of one route, so far */
typedef struct {
    ngx_conf_t              *cf;
    const api_http_route_t  *route;
    ngx_array_t              names;      /* of api_conf_name_t */
    ngx_uint_t               twice;      /* how many were refused */
} api_conf_declared_t;


/* one more; the second of a name is refused.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_declared_add(api_conf_declared_t *declared,
    const ngx_str_t *name, const char *what, const api_place_t *place);

/* is $PREFIXname used anywhere as a variable of nginx?  1 or 0; to be asked
   when all of http { } is read */
ngx_uint_t api_conf_declared_shown(ngx_conf_t *cf, const char *prefix,
    const ngx_str_t *name);

/* warns that no statement uses $name; what: "the field" */
void api_conf_declared_unused(ngx_conf_t *cf, const api_http_route_t *route,
    const char *what, const ngx_str_t *name, const api_place_t *place);


#endif /* API_CONF_DECLARED_H */
