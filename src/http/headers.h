
/*
 * Headers of answers: those of api_header, and what a value may hold.
 */


#ifndef API_HTTP_HEADERS_H
#define API_HTTP_HEADERS_H


#include "http/route.h"


/*
 * Those of the location, to r's answer: of a success, or "always".  A line that
 * is there already is not sent twice.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_headers_send(ngx_http_request_t *r,
    const ngx_array_t *headers);

/* one more; name and value live as long as r.  NGX_OK, NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_http_headers_add(ngx_http_request_t *r,
    const ngx_str_t *name, const ngx_str_t *value);

/* the first of that name that r's answer has; NULL: there is none */
ngx_table_elt_t *api_http_headers_find(ngx_http_request_t *r,
    const ngx_str_t *name);

/* the first of that name that r's client has sent; NULL: there is none */
ngx_table_elt_t *api_http_headers_sent(ngx_http_request_t *r,
    const ngx_str_t *name);

/*
 * All of one name, in the order they stand in: begin() with headers_in.headers
 * or headers_out.headers, then next() until it is NULL.
 */
typedef struct {
    const ngx_list_part_t      *part;        /* NULL: behind the last */
    ngx_uint_t                  i;
} api_http_headers_walk_t;

void api_http_headers_begin(api_http_headers_walk_t *walk,
    const ngx_list_t *headers);
ngx_table_elt_t *api_http_headers_next(api_http_headers_walk_t *walk,
    const ngx_str_t *name);

/*
 * A line break out of a decoded path would begin a header of its own: control
 * characters, but tabs, become %XX.  *line may be text itself.  NGX_OK or
 * NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_headers_line(ngx_pool_t *pool,
    const ngx_str_t *text, ngx_str_t *line);

/* has it such a character, so that no header has it? */
ngx_uint_t api_http_headers_breaks(const ngx_str_t *text);


#endif /* API_HTTP_HEADERS_H */
