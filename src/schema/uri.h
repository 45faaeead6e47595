
/*
 * References against their base (RFC 3986, section 5).
 */


#ifndef API_SCHEMA_URI_H
#define API_SCHEMA_URI_H


#include "core/core.h"


/*
 * reference, relative to base: *uri without a fragment, normalized (scheme and
 * host in lower case, no dot segments, hex digits in upper case), and the
 * fragment, decoded, empty if there is none.  base may be empty or
 * relative itself, then so is *uri.  NGX_OK; NGX_DECLINED: the fragment has a
 * "%" that is none; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_schema_uri_resolve(ngx_pool_t *pool,
    const ngx_str_t *base, const ngx_str_t *reference, ngx_str_t *uri,
    ngx_str_t *fragment);


#endif /* API_SCHEMA_URI_H */
