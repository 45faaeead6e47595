
/*
 * A statement's columns, parameters and plan against what its route makes of
 * it.
 */


#ifndef API_CONF_TYPES_H
#define API_CONF_TYPES_H


#include "check/check.h"
#include "http/route.h"


/* a statement's answer against what its route makes of it. NGX_OK;
   NGX_DECLINED: told at emerg, all of it; NGX_ERROR: memory */
API_MUST_CHECK ngx_int_t api_conf_types(ngx_conf_t *cf,
    api_http_route_t *route, api_http_query_t *query,
    const api_check_t *check, const api_check_statement_t *statement);


#endif /* API_CONF_TYPES_H */
