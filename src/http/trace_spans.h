
/*
 * The spans of a request, made in nginx's log phase for those that are kept.
 */


#ifndef API_HTTP_TRACE_SPANS_H
#define API_HTTP_TRACE_SPANS_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "core/core.h"


/* a handler of the log phase */
ngx_int_t api_http_trace_spans_log(ngx_http_request_t *r);


#endif /* API_HTTP_TRACE_SPANS_H */
