
/*
 * The id of a request, for its answer, its problems and the log.
 */


#ifndef API_HTTP_REQUEST_ID_H
#define API_HTTP_REQUEST_ID_H


#include "http/ctx.h"


/*
 * X-Request-Id as sent when it is 1 to 128 characters of A-Z a-z 0-9 . _ -,
 * else nginx's $request_id.  Never empty but for lack of memory.
 */
const ngx_str_t *api_http_request_id(api_http_ctx_t *ctx);


#endif /* API_HTTP_REQUEST_ID_H */
