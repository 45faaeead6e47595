
/*
 * Who observes a worker (see observe/observe.h): chapters that have an
 * observer, and the core's own, one row each.
 *
 * That is the debug log: with error_log … debug at the top, or
 * debug_connection, it has what happens to a request and to connections, fact
 * by fact.
 */


#ifndef API_HTTP_FACTS_H
#define API_HTTP_FACTS_H


#include "http/ctx.h"


/* in init_process.  NGX_OK, NGX_ERROR (too many). */
API_MUST_CHECK ngx_int_t api_http_facts_init(ngx_cycle_t *cycle);


#endif /* API_HTTP_FACTS_H */
