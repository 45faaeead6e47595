
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
#include "observe/observe.h"


/* in init_process.  NGX_OK, NGX_ERROR (too many). */
API_MUST_CHECK ngx_int_t api_http_facts_init(ngx_cycle_t *cycle);

/* the request that the fact is of; NULL: a database's, or of a job that no
   single request waits for */
const api_http_ctx_t *api_http_facts_request(const api_fact_t *fact);


#endif /* API_HTTP_FACTS_H */
