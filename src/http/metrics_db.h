
/*
 * What databases do, by their facts: counters, and for all workers of the
 * server what each of them has at this moment.
 */


#ifndef API_HTTP_METRICS_DB_H
#define API_HTTP_METRICS_DB_H


#include "http/route.h"
#include "http/metrics.h"


/* a worker begins.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_metrics_db_begin(ngx_cycle_t *cycle,
    const api_http_main_conf_t *amcf);

/* of jobs, connections and the like */
void api_http_metrics_db_observe(const api_fact_t *fact);

/* of a fact's database: its index; that of none for another one */
ngx_uint_t api_http_metrics_db_index(const ngx_str_t *name);

/* of all workers together, values[API_DATABASE_VALUES]: gauges of processes of
   this configuration and later ones (old: of all), counters of all that ever
   were, and of them all the last moment, too */
void api_http_metrics_db_sum(const api_http_database_t *database,
    ngx_uint_t old, uint64_t *values);


#endif /* API_HTTP_METRICS_DB_H */
