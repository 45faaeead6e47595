
/*
 * A sentence about a statement: its place, its line, a caret.
 */


#ifndef API_CONF_FAULT_H
#define API_CONF_FAULT_H


#include "http/route.h"


/* what a fault of api_query is about, by the directive's words */
#define API_CONF_KIND_WORD  1
#define API_CONF_SQL_WORD   2

/* "api_query of ROUTE: ... in FILE:LINE:COLUMN" (or the next best place) of a
   word's byte, with the source's line and a caret */
void ngx_cdecl api_conf_fault(ngx_uint_t level, ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    ngx_uint_t word, size_t offset, const char *fmt, ...);

/* the same at emerg, of a statement's byte; name: a parameter's, to stand in
   front of why, or NULL */
void api_conf_query_fault(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, size_t offset, const char *why,
    const ngx_str_t *name);

/* which of its directive's words the statement is */
ngx_uint_t api_conf_sql_word(const api_http_query_t *query);

/* where a statement begins, behind white space and comments */
size_t api_conf_begin(const ngx_str_t *source);

/* "one", "many" ...; static memory */
const ngx_str_t *api_conf_kind(const api_http_query_t *query);


#endif /* API_CONF_FAULT_H */
