
#include "core/scan.h"


void
api_scan_init(api_scan_t *s, const ngx_str_t *text)
{
    s->start = text->data;
    s->pos = text->data;
    s->end = text->data + text->len;
}


int
api_scan_peek(const api_scan_t *s, size_t n)
{
    if (n >= (size_t) (s->end - s->pos)) {
        return -1;
    }

    return s->pos[n];
}


ngx_uint_t
api_scan_accept(api_scan_t *s, const char *literal)
{
    size_t  len;

    len = ngx_strlen(literal);

    if (len > (size_t) (s->end - s->pos)
        || ngx_memcmp(s->pos, literal, len) != 0)
    {
        return 0;
    }

    s->pos += len;

    return 1;
}


ngx_uint_t
api_scan_name(api_scan_t *s, ngx_str_t *name)
{
    const u_char  *p;

    p = s->pos;

    if (p >= s->end || !api_scan_is_name_start(*p)) {
        return 0;
    }

    do {
        p++;
    } while (p < s->end && api_scan_is_name(*p));

    /* ngx_str_t has no const; what a scan reads is never written through it */
    name->data = (u_char *) (uintptr_t) s->pos;
    name->len = (size_t) (p - s->pos);

    s->pos = p;

    return 1;
}


ngx_uint_t
api_scan_is_name_start(int ch)
{
    return api_scan_is_alpha(ch) || ch == '_';
}


ngx_uint_t
api_scan_is_name(int ch)
{
    return api_scan_is_alnum(ch) || ch == '_';
}


ngx_uint_t
api_scan_is_alnum(int ch)
{
    return api_scan_is_alpha(ch) || api_scan_is_digit(ch);
}


size_t
api_scan_brackets(const ngx_str_t *name)
{
    size_t  n;

    n = name->len;

    if (n == 0 || name->data[n - 1] != ']') {
        return 0;
    }

    n--;

    while (n != 0 && api_scan_is_digit(name->data[n - 1])) {
        n--;
    }

    return (n != 0 && name->data[n - 1] == '[') ? n - 1 : 0;
}


size_t
api_scan_utf8(const u_char *p, const u_char *end)
{
    size_t  i, len;
    u_char  low, high;

    if (p >= end) {
        return 0;
    }

    if (*p < 0x80) {
        return 1;
    }

    /*
     * the second byte's range excludes overlong forms, surrogates and what is
     * too large
     */
    low = 0x80;
    high = 0xbf;

    if (*p >= 0xc2 && *p <= 0xdf) {
        len = 2;

    } else if (*p >= 0xe0 && *p <= 0xef) {
        len = 3;
        low = (*p == 0xe0) ? 0xa0 : low;
        high = (*p == 0xed) ? 0x9f : high;

    } else if (*p >= 0xf0 && *p <= 0xf4) {
        len = 4;
        low = (*p == 0xf0) ? 0x90 : low;
        high = (*p == 0xf4) ? 0x8f : high;

    } else {
        return 0;
    }

    if ((size_t) (end - p) < len || p[1] < low || p[1] > high) {
        return 0;
    }

    for (i = 2; i < len; i++) {
        if (p[i] < 0x80 || p[i] > 0xbf) {
            return 0;
        }
    }

    return len;
}


uint32_t
api_scan_utf8_char(const u_char *p, size_t len)
{
    size_t    i;
    uint32_t  ch;

    if (len < 2) {
        return *p;
    }

    ch = *p & (0x7fu >> len);

    for (i = 1; i < len; i++) {
        ch = (ch << 6) | (p[i] & 0x3fu);
    }

    return ch;
}


size_t
api_scan_utf8_length(const u_char *p, const u_char *end)
{
    size_t  n, len;

    for (n = 0; p < end; n++) {
        len = api_scan_utf8(p, end);
        p += len ? len : 1;
    }

    return n;
}
