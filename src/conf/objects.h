
/*
 * The objects of a body against the composite types that they are written as.
 */


#ifndef API_CONF_OBJECTS_H
#define API_CONF_OBJECTS_H


#include "http/route.h"
#include "sql/types.h"


/*
 * Has the type an attribute for each field that is declared in the object, or
 * the objects, that go to the nth parameter?  NGX_OK; NGX_DECLINED: told at
 * emerg.
 */
API_MUST_CHECK ngx_int_t api_conf_objects(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    ngx_uint_t n, const api_sql_type_t *type);


#endif /* API_CONF_OBJECTS_H */
