
/* api_envelope: an answer as the member of an object. */


#ifndef API_HTTP_ENVELOPE_H
#define API_HTTP_ENVELOPE_H


#include "http/route.h"


/* before the answer of a route with route->envelope is written, and behind it;
   rows: how many there are */
void api_http_envelope_open(const api_http_route_t *route, api_buf_t *out);
void api_http_envelope_close(const api_http_route_t *route, ngx_uint_t rows,
    api_buf_t *out);


#endif /* API_HTTP_ENVELOPE_H */
