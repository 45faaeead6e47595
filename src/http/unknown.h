
/*
 * Parameters of the query that a route does not know, where api_param_unknown
 * rejects them.
 */


#ifndef API_HTTP_UNKNOWN_H
#define API_HTTP_UNKNOWN_H


#include "http/ctx.h"


/*
 * Each into *failures, by its name.  A name is known that an api_param has in
 * the query (as "name[]", too), or that the configuration asks for anywhere by
 * a variable, as $arg_name.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_unknown(api_http_ctx_t *ctx,
    ngx_array_t **failures);


#endif /* API_HTTP_UNKNOWN_H */
