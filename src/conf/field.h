
/*
 * What a name of the body stands for, and what it is bound as.
 */


#ifndef API_CONF_FIELD_H
#define API_CONF_FIELD_H


#include "http/route.h"
#include "sql/inferred.h"


/* the field of the route's body of that name ("address.city"); *n is its index
   among body->fields. NGX_OK, NGX_DECLINED: the body has none, NGX_ERROR
   (memory) */
API_MUST_CHECK ngx_int_t api_conf_field(ngx_conf_t *cf,
    const api_http_route_t *route, const ngx_str_t *name, ngx_uint_t *n);

/* what a schema's file says for absent ones keeps its own schema. NGX_OK or
   NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_conf_field_defaults(ngx_conf_t *cf,
    api_http_route_t *route);

/* what a field of a schema's file is bound as, now that the type of the bind's
   parameter is known; may change bind->index. NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_field_settle(
    const api_http_route_t *route, api_http_bind_t *bind,
    const api_sql_inferred_t *type);


#endif /* API_CONF_FIELD_H */
