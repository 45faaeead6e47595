
/*
 * Preflights (CORS), by which a browser asks what a page of another site may
 * send: recognised here, answered by whoever has set alcf->preflight.
 */


#ifndef API_HTTP_PREFLIGHT_H
#define API_HTTP_PREFLIGHT_H


#include "http/route.h"


/* is it one, and does somebody answer those of the location? */
ngx_uint_t api_http_preflight_is(ngx_http_request_t *r, void **loc_conf);

/*
 * Such a request in a table: by the method it asks about.  Where that route
 * answers no preflights, the result is that of OPTIONS, for the same route.
 * NGX_DECLINED: it is an OPTIONS as any other.
 */
API_MUST_CHECK ngx_int_t api_http_preflight_match(ngx_http_request_t *r,
    const api_route_table_t *table, api_route_match_t *m,
    api_route_result_e *result);


#endif /* API_HTTP_PREFLIGHT_H */
