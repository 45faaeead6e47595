
/*
 * Statements, as their results come: how many, how long since they were sent,
 * and the class of the SQLSTATE that one failed with.
 */


#ifndef API_HTTP_METRICS_STATEMENTS_H
#define API_HTTP_METRICS_STATEMENTS_H


#include "http/route.h"
#include "observe/observe.h"


/* a worker begins.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_metrics_statements_begin(
    ngx_cycle_t *cycle, const api_http_main_conf_t *amcf);

/* of API_EVENT_STATEMENT_DONE */
void api_http_metrics_statements_done(const api_fact_t *fact);


#endif /* API_HTTP_METRICS_STATEMENTS_H */
