
/*
 * A declared type that a statement does not take: what to write instead.
 */


#ifndef API_CONF_MISFIT_H
#define API_CONF_MISFIT_H


#include "check/check.h"
#include "http/route.h"
#include "sql/inferred.h"


/* says that the nth parameter's declared type is none of the type that
   PostgreSQL takes there, what to declare instead ("" if nothing can be) and
   what else may be meant. NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_misfit(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    const api_check_t *check, ngx_uint_t n, const api_type_t *declared,
    const api_sql_inferred_t *type, const char *better);

/* warns of a number or a bool that is compared with text, which is no misfit:
   one is the other's text. NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_misfit_text(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    const api_check_t *check, ngx_uint_t n, const api_type_t *declared,
    const api_sql_inferred_t *type);


#endif /* API_CONF_MISFIT_H */
