
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


ngx_uint_t
api_http_escape_pair(u_char **p, u_char *end, ngx_str_t *name,
    ngx_str_t *value)
{
    u_char  *amp, *eq;

    if (*p >= end) {
        return 0;
    }

    amp = ngx_strlchr(*p, end, '&');
    if (amp == NULL) {
        amp = end;
    }

    eq = ngx_strlchr(*p, amp, '=');
    if (eq == NULL) {
        eq = amp;
    }

    name->data = *p;
    name->len = (size_t) (eq - *p);

    if (eq < amp) {
        eq++;
    }

    value->data = eq;
    value->len = (size_t) (amp - eq);

    *p = amp + 1;

    return 1;
}


ngx_int_t
api_http_escape_name(ngx_pool_t *pool, ngx_str_t *name)
{
    ngx_int_t  rc;
    ngx_str_t  decoded;

    if (ngx_strlchr(name->data, name->data + name->len, '%') == NULL) {
        return NGX_OK;
    }

    rc = api_http_escape_decode(pool, name, &decoded);

    if (rc == NGX_OK) {
        *name = decoded;
    }

    return rc;
}
