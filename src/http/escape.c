
#include "http/escape.h"


ngx_int_t
api_http_escape_decode(ngx_pool_t *pool, const ngx_str_t *raw, ngx_str_t *out)
{
    u_char     *d;
    size_t      i;
    ngx_int_t   ch;

    out->data = ngx_pnalloc(pool, raw->len + 1);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    d = out->data;

    for (i = 0; i < raw->len; i++) {

        if (raw->data[i] == '+') {
            *d++ = ' ';
            continue;
        }

        if (raw->data[i] != '%') {
            *d++ = raw->data[i];
            continue;
        }

        if (raw->len - i < 3) {
            return NGX_DECLINED;
        }

        ch = ngx_hextoi(&raw->data[i + 1], 2);

        if (ch == NGX_ERROR) {
            return NGX_DECLINED;
        }

        *d++ = (u_char) ch;
        i += 2;
    }

    *d = '\0';
    out->len = (size_t) (d - out->data);

    return NGX_OK;
}
