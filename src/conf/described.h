
/*
 * What chapters look at when a database has said what columns a route's answer
 * has.
 */


#ifndef API_CONF_DESCRIBED_H
#define API_CONF_DESCRIBED_H


#include "check/check.h"
#include "http/route.h"


/* of a route that has no faults so far, its answer, prepared.  NGX_OK;
   NGX_DECLINED: a fault, told; NGX_ERROR (memory) */
typedef ngx_int_t (*api_conf_described_pt)(ngx_conf_t *cf,
    const api_http_route_t *route, const api_check_statement_t *statement);

/* in a chapter's preconfiguration: one more.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_described_add(ngx_conf_t *cf,
    api_conf_described_pt described);

/* a statement that was prepared: all of them, if it is its route's answer.
   Returns as they do. */
API_MUST_CHECK ngx_int_t api_conf_described(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    const api_check_statement_t *statement);

/* its column of that name, in whatever case; or NULL */
const api_check_column_t *api_conf_described_column(
    const api_check_statement_t *statement, const ngx_str_t *name);


#endif /* API_CONF_DESCRIBED_H */
