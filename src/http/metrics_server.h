
/*
 * Of the page of api_metrics: what nginx itself, its processes and the
 * configuration are.
 */


#ifndef API_HTTP_METRICS_SERVER_H
#define API_HTTP_METRICS_SERVER_H


#include "observe/text.h"


/* NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_metrics_server(api_observe_text_t *text);

/* of databases what the configuration says; labels: one a database, by index.
   The same. */
API_MUST_CHECK ngx_int_t api_http_metrics_server_databases(
    api_observe_text_t *text, const ngx_str_t *labels);


#endif /* API_HTTP_METRICS_SERVER_H */
