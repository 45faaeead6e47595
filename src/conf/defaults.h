
/*
 * What stands for a parameter that is not sent, against the types and columns
 * that it goes to.
 */


#ifndef API_CONF_DEFAULTS_H
#define API_CONF_DEFAULTS_H


#include "check/check.h"
#include "http/route.h"


/* the defaults of a statement's parameters, for the check to ask.  NGX_OK or
   NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_defaults(ngx_pool_t *pool,
    const api_http_route_t *route, const api_http_query_t *query,
    api_check_statement_t *statement);

/* those that cannot be stored, once types and columns are known.  NGX_OK;
   NGX_DECLINED: told at emerg; NGX_ERROR: memory */
API_MUST_CHECK ngx_int_t api_conf_defaults_tell(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    const api_check_t *check, const api_check_statement_t *statement);


#endif /* API_CONF_DEFAULTS_H */
