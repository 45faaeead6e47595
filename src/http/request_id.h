
/*
 * The id of a request, for its answer, its problems and the log: a chapter
 * without directives, with $api_request_id and the header X-Request-Id.
 */


#ifndef API_HTTP_REQUEST_ID_H
#define API_HTTP_REQUEST_ID_H


#include "http/chapter.h"


/*
 * X-Request-Id as sent when it is 1 to 128 characters of A-Z a-z 0-9 . _ -,
 * else nginx's $request_id.  Never empty but for lack of memory.
 */
const ngx_str_t *api_http_request_id(api_http_ctx_t *ctx);


#endif /* API_HTTP_REQUEST_ID_H */
