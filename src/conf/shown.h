
/*
 * $api_row_NAME of what no answer has.
 */


#ifndef API_CONF_SHOWN_H
#define API_CONF_SHOWN_H


#include "check/check.h"
#include "http/route.h"


/* when all variables are numbered: which of them are columns of named rows, to
   route->shown of each.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_shown_rows(ngx_conf_t *cf);

/* a statement that was prepared: if it is its route's answer, has it what the
   route shows of it as $api_row_NAME? NGX_OK or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_conf_shown(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    const api_check_statement_t *statement);

/* when all databases are checked: what no answer has */
void api_conf_shown_nowhere(ngx_conf_t *cf);


#endif /* API_CONF_SHOWN_H */
