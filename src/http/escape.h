
/*
 * What stands in a query: escaped as in a form.
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


#endif /* API_HTTP_ESCAPE_H */
