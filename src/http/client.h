
/*
 * The client of a request that waits, or whose answer goes out in pieces.
 */


#ifndef API_HTTP_CLIENT_H
#define API_HTTP_CLIENT_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * From now on a client that leaves ends r, which is a main request; the
 * cleanups of r give up what is pending.
 */
void api_http_client_watch(ngx_http_request_t *r);


#endif /* API_HTTP_CLIENT_H */
