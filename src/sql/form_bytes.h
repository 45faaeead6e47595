
/*
 * Bytes: base64 outside, hex in PostgreSQL's text.
 */


#ifndef API_SQL_FORM_BYTES_H
#define API_SQL_FORM_BYTES_H


#include "core/core.h"


/*
 * base64 (RFC 4648, section 4), padded or not, as bytea reads it: "\x…".
 * NGX_OK: *out is in the pool; NGX_DECLINED: it is not base64 (other
 * characters, spaces, unused bits that are not 0); NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_sql_form_bytes(ngx_pool_t *pool,
    const ngx_str_t *base64, ngx_str_t *out);


#endif /* API_SQL_FORM_BYTES_H */
