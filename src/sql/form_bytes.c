
#include "sql/form_bytes.h"

#include "core/scan.h"


static int value(u_char ch);
static u_char *write_hex(u_char *p, uint32_t group, ngx_uint_t bytes);


ngx_int_t
api_sql_form_bytes(ngx_pool_t *pool, const ngx_str_t *base64, ngx_str_t *out)
{
    int            n;
    u_char        *p;
    size_t         len, i;
    uint32_t       group;
    ngx_str_t      hex;

    len = base64->len;

    /* with padding, groups are whole: four characters */

    for (i = 0; i < 2 && len % 4 == (4 - i) % 4 && len != 0
                && base64->data[len - 1] == '='; i++)
    {
        len--;
    }

    if (len % 4 == 1) {
        return NGX_DECLINED;
    }

    hex.data = ngx_pnalloc(pool, 2 + len / 4 * 6 + 6 + 1);
    if (hex.data == NULL) {
        return NGX_ERROR;
    }

    p = hex.data;
    *p++ = '\\';
    *p++ = 'x';
    group = 0;

    for (i = 0; i < len; i++) {

        n = value(base64->data[i]);

        if (n < 0) {
            return NGX_DECLINED;
        }

        group = group << 6 | (uint32_t) n;

        if (i % 4 == 3) {
            p = write_hex(p, group, 3);
            group = 0;
        }
    }

    switch (len % 4) {

    case 2:
        if (group & 0xf) {
            return NGX_DECLINED;
        }

        p = write_hex(p, group << 12, 1);
        break;

    case 3:
        if (group & 0x3) {
            return NGX_DECLINED;
        }

        p = write_hex(p, group << 6, 2);
        break;
    }

    *p = '\0';

    hex.len = (size_t) (p - hex.data);
    *out = hex;

    return NGX_OK;
}


static int
value(u_char ch)
{
    if (api_scan_is_alpha(ch)) {
        return ch >= 'a' ? ch - 'a' + 26 : ch - 'A';
    }

    if (api_scan_is_digit(ch)) {
        return ch - '0' + 52;
    }

    return ch == '+' ? 62 : ch == '/' ? 63 : -1;
}


/* the first bytes of three */

static u_char *
write_hex(u_char *p, uint32_t group, ngx_uint_t bytes)
{
    ngx_uint_t         i;
    static const char  digits[] = "0123456789abcdef";

    for (i = 0; i < 2 * bytes; i++) {
        *p++ = (u_char) digits[group >> (20 - 4 * i) & 0xf];
    }

    return p;
}
