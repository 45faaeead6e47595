
/*
 * The statement of an api_query, and of those that are no route's.
 */


#ifndef API_CONF_QUERY_H
#define API_CONF_QUERY_H


#include "http/route.h"


/* a route begins: the statements of its location, see conf/shared.  NGX_OK,
   also where faults of them are told; or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_conf_query_shared(ngx_conf_t *cf,
    const api_http_loc_conf_t *location, api_http_route_t *route);

/*
 * The word of the directive that is being read: a statement in place, or the
 * name of a file with one; query->place is set.  NGX_OK: query->sql, its
 * targets; or NGX_ERROR (told, or memory).
 */
API_MUST_CHECK ngx_int_t api_conf_query_statement(ngx_conf_t *cf,
    const api_http_route_t *route, api_http_query_t *query,
    const ngx_str_t *word);


#endif /* API_CONF_QUERY_H */
