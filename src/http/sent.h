
/*
 * Which values of a statement this client has sent.  A default is the route's,
 * what is hashed is a hash, and an empty variable is nobody's.
 */


#ifndef API_HTTP_SENT_H
#define API_HTTP_SENT_H


#include "http/ctx.h"


/* has it sent this parameter's?  The value is set where it is an input or what
   stands in the request as it is ($arg_NAME and the like). */
ngx_uint_t api_http_sent(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *value);

/* or has it, then or in an earlier statement, sent what the earlier row was
   found by that the parameter is a column of? */
ngx_uint_t api_http_sent_found(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n);

/* any at all?  found: or was an earlier row found by any? */
ngx_uint_t api_http_sent_any(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t found);

/*
 * The only one that it has sent of those that the statement reads as another
 * type, $name::text::domain; else the only one that something is made of; or
 * params.nelts.
 */
ngx_uint_t api_http_sent_read(api_http_ctx_t *ctx, ngx_uint_t step);

/* is an input NULL, or may be one in the body? */
ngx_uint_t api_http_sent_missing(api_http_ctx_t *ctx, ngx_uint_t step);

/* is the parameter an input, be it absent?  Not $name?, which is none. */
ngx_uint_t api_http_sent_input(const api_http_query_t *query, ngx_uint_t n);


#endif /* API_HTTP_SENT_H */
