
/*
 * What was sent for a parameter: in the query, in headers, in cookies, as it
 * stands there.
 */


#ifndef API_HTTP_FOUND_H
#define API_HTTP_FOUND_H


#include "http/route.h"


/* what was sent for a parameter, once; points into the request */
typedef struct {
    ngx_str_t     raw;
    unsigned      brackets:1;  /* as "ids[]" or "ids[0]" */
    unsigned      named:1;     /* or "ids[x]", which is no list's */
} api_http_found_t;


/* occurrences or items of one parameter that are looked at */
#define API_HTTP_FOUND_MAX  10000


/*
 * All that was sent for a parameter that is not in the path, in the order sent:
 * appended to found, of api_http_found_t, one more than API_HTTP_FOUND_MAX at
 * most.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_found_all(ngx_http_request_t *r,
    const api_http_input_t *input, ngx_array_t *found);

/* is the key of a query the name with "[]" or "[0]" behind it? */
ngx_uint_t api_http_found_brackets(const ngx_str_t *key,
    const ngx_str_t *name);

/*
 * Decoded where it is from the query, a NUL behind.  NGX_OK, NGX_DECLINED
 * (*failure), NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_found_text(ngx_pool_t *pool,
    const api_http_input_t *input, const ngx_str_t *raw, ngx_str_t *text,
    api_failure_t *failure);


#endif /* API_HTTP_FOUND_H */
