
/*
 * The step in which nginx receives the body, or discards it.
 */


#ifndef API_HTTP_RECEIVE_H
#define API_HTTP_RECEIVE_H


#include "http/ctx.h"


/* as a step returns */
API_MUST_CHECK ngx_int_t api_http_receive_step(api_http_ctx_t *ctx);


#endif /* API_HTTP_RECEIVE_H */
