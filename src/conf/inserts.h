
/*
 * What a statement inserts, against the tables it goes to: columns that need a
 * value and get none, conflicts that PostgreSQL does not take, more rows than
 * the answer may have.
 */


#ifndef API_CONF_INSERTS_H
#define API_CONF_INSERTS_H


#include "check/check.h"
#include "http/route.h"


/* NGX_OK, what may be meant was warned of; NGX_DECLINED: told at emerg;
   NGX_ERROR: memory */
API_MUST_CHECK ngx_int_t api_conf_inserts(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    const api_check_t *check, const api_check_statement_t *statement);


#endif /* API_CONF_INSERTS_H */
