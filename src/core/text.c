
#include "core/text.h"


ngx_int_t
api_text_copy(ngx_pool_t *pool, const void *data, size_t len, ngx_str_t *out)
{
    u_char  *p;

    p = ngx_pnalloc(pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (len != 0) {
        ngx_memcpy(p, data, len);
    }

    p[len] = '\0';

    out->data = p;
    out->len = len;

    return NGX_OK;
}
