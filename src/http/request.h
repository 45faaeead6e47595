
/*
 * The driver that walks a request's steps.
 *
 * A step returns NGX_OK (the next one), NGX_AGAIN (somebody will call
 * ctx->resume()), NGX_DECLINED (ctx->error says what the client gets) or
 * NGX_ERROR (logged; the client gets 500).
 */


#ifndef API_HTTP_REQUEST_H
#define API_HTTP_REQUEST_H


#include "http/route.h"


/* content handler of a route with queries */
ngx_int_t api_http_request_handler(ngx_http_request_t *r);

/* content handler of a location with routes and no handler of its own: 404 */
ngx_int_t api_http_request_no_route(ngx_http_request_t *r);


#endif /* API_HTTP_REQUEST_H */
