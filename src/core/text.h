
/* A text kept: a copy in a pool. */


#ifndef API_CORE_TEXT_H
#define API_CORE_TEXT_H


#include "core/core.h"


/*
 * len bytes to *out, with a NUL behind that is not counted; data may be NULL
 * where len is 0, and out->data may be data.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_text_copy(ngx_pool_t *pool, const void *data,
    size_t len, ngx_str_t *out);


#endif /* API_CORE_TEXT_H */
