
#include "json/form.h"

#include "core/scan.h"


static ngx_int_t decode(ngx_pool_t *pool, const u_char *p, const u_char *end,
    ngx_str_t *out, api_error_t *err);


ngx_int_t
api_json_form(ngx_pool_t *pool, const ngx_str_t *text, ngx_array_t *pairs,
    api_error_t *err)
{
    ngx_int_t         rc;
    const u_char     *p, *end, *amp, *eq;
    api_json_pair_t  *pair;

    if (ngx_array_init(pairs, pool, 8, sizeof(api_json_pair_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    p = text->data;
    end = p + text->len;

    if (text->len != 0 && memchr(p, '\0', text->len) != NULL) {
        api_error_set(err, API_ERROR_BAD_REQUEST,
                      "the form contains a NUL byte");
        return NGX_DECLINED;
    }

    for ( /* void */ ; p < end; p = amp + 1) {

        amp = memchr(p, '&', (size_t) (end - p));
        if (amp == NULL) {
            amp = end;
        }

        if (amp == p) {
            continue;
        }

        if (pairs->nelts == API_JSON_PAIRS) {
            api_error_set(err, API_ERROR_BAD_REQUEST,
                          "the form has more than 10000 fields");
            return NGX_DECLINED;
        }

        pair = ngx_array_push(pairs);
        if (pair == NULL) {
            return NGX_ERROR;
        }

        eq = memchr(p, '=', (size_t) (amp - p));

        rc = decode(pool, p, eq ? eq : amp, &pair->name, err);

        if (rc == NGX_OK) {
            rc = decode(pool, eq ? eq + 1 : amp, amp, &pair->value, err);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
decode(ngx_pool_t *pool, const u_char *p, const u_char *end, ngx_str_t *out,
    api_error_t *err)
{
    int            high, low;
    size_t         n;
    u_char        *d;
    const u_char  *last;

    out->data = ngx_pnalloc(pool, (size_t) (end - p) + 1);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    for (d = out->data; p < end; p++) {

        if (*p == '+') {
            *d++ = ' ';
            continue;
        }

        if (*p != '%') {
            *d++ = *p;
            continue;
        }

        high = (end - p > 2) ? api_scan_hex(p[1]) : -1;
        low = (end - p > 2) ? api_scan_hex(p[2]) : -1;

        if (high < 0 || low < 0) {
            api_error_set(err, API_ERROR_BAD_REQUEST,
                          "the form contains an invalid %-escape");
            return NGX_DECLINED;
        }

        *d++ = (u_char) (high * 16 + low);
        p += 2;
    }

    *d = '\0';
    out->len = (size_t) (d - out->data);

    last = d;

    for (p = out->data; p < last; p += n) {
        n = api_scan_utf8(p, last);

        if (n == 0) {
            api_error_set(err, API_ERROR_BAD_REQUEST,
                          "the form is not valid UTF-8");
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}
