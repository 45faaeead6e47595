
/*
 * The text of a query, which is escaped as a form is.
 */


#ifndef API_HTTP_ESCAPE_H
#define API_HTTP_ESCAPE_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"


/*
 * %XX, and "+" as a space; a NUL behind.  NGX_OK; NGX_DECLINED: a broken
 * escape; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_escape_decode(ngx_pool_t *pool,
    const ngx_str_t *raw, ngx_str_t *out);


/*
 * The next "name=value" of a query from *p on, both as they are escaped; *p
 * goes behind it.  0: there is none.
 */
ngx_uint_t api_http_escape_pair(u_char **p, u_char *end, ngx_str_t *name,
    ngx_str_t *value);

/*
 * A name of api_http_escape_pair() without escapes, in place if it has none.
 * NGX_OK; NGX_DECLINED: a broken escape; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_escape_name(ngx_pool_t *pool,
    ngx_str_t *name);


#endif /* API_HTTP_ESCAPE_H */
