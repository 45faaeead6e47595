
/*
 * Lines of the error log that are about a request of an API: which one, so that
 * they are found by what the client was told.
 *
 * Each line that nginx or one of its modules writes of such a request has it,
 * behind the client's address: what stands behind that is the client's own, and
 * as long as he likes.
 */


#ifndef API_HTTP_LOG_LINE_H
#define API_HTTP_LOG_LINE_H


#include "http/ctx.h"


/* from now on, once the request (or what it is a subrequest of) is known to be
   the API's; harmless for others, and twice */
void api_http_log_line(ngx_http_request_t *r);


#endif /* API_HTTP_LOG_LINE_H */
