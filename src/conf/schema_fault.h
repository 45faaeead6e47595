
/*
 * A schema's fault at its field or its JSON Pointer.
 */


#ifndef API_CONF_SCHEMA_FAULT_H
#define API_CONF_SCHEMA_FAULT_H


#include "http/route.h"


/* what is wrong with a schema that does not compile, and what is odd in one
   that does */
void api_conf_schema_refuse(ngx_conf_t *cf,
    const api_http_route_t *route, const api_schema_fault_t *fault);
void api_conf_schema_warn(ngx_conf_t *cf,
    const api_http_route_t *route);

/* where a field of the short form stands */
void api_conf_schema_place(const api_body_t *body,
    const api_body_short_t *field, api_place_t *place);


#endif /* API_CONF_SCHEMA_FAULT_H */
