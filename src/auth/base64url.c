
#include "auth/base64url.h"


static const u_char  alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* what a character stands for; 64: it is none */

static const u_char  values[256] = {
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62, 64, 64,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64, 64, 64,
    64,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 63,
    64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64
};


ngx_int_t
api_auth_base64url_decode(const ngx_str_t *text, ngx_str_t *out)
{
    u_char        *to, a, b, c, d, bad;
    size_t         left;
    const u_char  *p;

    p = text->data;
    to = out->data;
    bad = 0;

    for (left = text->len; left >= 4; left -= 4) {
        a = values[p[0]];
        b = values[p[1]];
        c = values[p[2]];
        d = values[p[3]];

        bad |= a | b | c | d;

        to[0] = (u_char) (a << 2 | b >> 4);
        to[1] = (u_char) (b << 4 | c >> 2);
        to[2] = (u_char) (c << 6 | d);

        p += 4;
        to += 3;
    }

    if (left == 1) {
        return NGX_DECLINED;
    }

    if (left >= 2) {
        a = values[p[0]];
        b = values[p[1]];
        c = left == 3 ? values[p[2]] : 0;

        bad |= a | b | c;

        *to++ = (u_char) (a << 2 | b >> 4);

        if (left == 3) {
            *to++ = (u_char) (b << 4 | c >> 2);
        }

        if ((left == 2 && (b & 0x0f) != 0) || (left == 3 && (c & 0x03) != 0))
        {
            return NGX_DECLINED;
        }
    }

    if (bad & 64) {
        return NGX_DECLINED;
    }

    out->len = (size_t) (to - out->data);

    return NGX_OK;
}


u_char *
api_auth_base64url_encode(u_char *out, const u_char *data, size_t len)
{
    for ( /* void */ ; len >= 3; len -= 3) {
        *out++ = alphabet[data[0] >> 2];
        *out++ = alphabet[(data[0] & 0x03) << 4 | data[1] >> 4];
        *out++ = alphabet[(data[1] & 0x0f) << 2 | data[2] >> 6];
        *out++ = alphabet[data[2] & 0x3f];
        data += 3;
    }

    if (len == 1) {
        *out++ = alphabet[data[0] >> 2];
        *out++ = alphabet[(data[0] & 0x03) << 4];
    }

    if (len == 2) {
        *out++ = alphabet[data[0] >> 2];
        *out++ = alphabet[(data[0] & 0x03) << 4 | data[1] >> 4];
        *out++ = alphabet[(data[1] & 0x0f) << 2];
    }

    return out;
}
