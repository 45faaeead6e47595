
/*
 * What the catalog says of a statement's columns, for its requests.
 */


#ifndef API_CONF_COLUMNS_H
#define API_CONF_COLUMNS_H


#include "check/check.h"
#include "http/route.h"


/* what the columns are that a statement writes to, for its targets, rules and
   binds. NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_columns(ngx_conf_t *cf,
    api_http_route_t *route, api_http_query_t *query,
    const api_check_t *check, const api_check_statement_t *statement);


#endif /* API_CONF_COLUMNS_H */
