
#include "observe/traceparent.h"


/* where its parts begin: version, trace, parent, flags */
#define TRACE  3
#define SPAN   36
#define FLAGS  53

#define SAMPLED  1


static ngx_int_t read_bytes(const u_char *hex, u_char *out, size_t n);
static int read_digit(u_char ch);
static ngx_uint_t is_zero(const u_char *bytes, size_t n);


ngx_int_t
api_observe_traceparent_read(const ngx_str_t *text,
    api_observe_traceparent_t *out)
{
    u_char         version, flags;
    const u_char  *p;

    p = text->data;

    if (text->len < API_TRACE_TEXT
        || read_bytes(p, &version, 1) != NGX_OK || version == 0xff
        || p[TRACE - 1] != '-' || p[SPAN - 1] != '-' || p[FLAGS - 1] != '-')
    {
        return NGX_DECLINED;
    }

    if (text->len > API_TRACE_TEXT
        && (version == 0 || p[API_TRACE_TEXT] != '-'))
    {
        return NGX_DECLINED;
    }

    if (read_bytes(p + TRACE, out->trace, API_TRACE_ID) != NGX_OK
        || read_bytes(p + SPAN, out->span, API_TRACE_SPAN) != NGX_OK
        || read_bytes(p + FLAGS, &flags, 1) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (is_zero(out->trace, API_TRACE_ID) || is_zero(out->span, API_TRACE_SPAN))
    {
        return NGX_DECLINED;
    }

    out->sampled = (flags & SAMPLED) != 0;

    return NGX_OK;
}


static ngx_int_t
read_bytes(const u_char *hex, u_char *out, size_t n)
{
    int     high, low;
    size_t  i;

    for (i = 0; i < n; i++) {

        high = read_digit(hex[2 * i]);
        low = read_digit(hex[2 * i + 1]);

        if (high < 0 || low < 0) {
            return NGX_DECLINED;
        }

        out[i] = (u_char) (high << 4 | low);
    }

    return NGX_OK;
}


/* lower case only, as the standard has it */

static int
read_digit(u_char ch)
{
    return ch >= '0' && ch <= '9' ? ch - '0'
           : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
           : -1;
}


static ngx_uint_t
is_zero(const u_char *bytes, size_t n)
{
    u_char  any;

    for (any = 0; n > 0; n--) {
        any |= bytes[n - 1];
    }

    return any == 0;
}


u_char *
api_observe_traceparent_hex(u_char *p, const u_char *bytes, size_t n)
{
    size_t  i;

    static const char  digits[] = "0123456789abcdef";

    for (i = 0; i < n; i++) {
        *p++ = (u_char) digits[bytes[i] >> 4];
        *p++ = (u_char) digits[bytes[i] & 15];
    }

    return p;
}


u_char *
api_observe_traceparent_write(u_char *p, const api_observe_traceparent_t *in)
{
    p = ngx_cpymem(p, "00-", 3);
    p = api_observe_traceparent_hex(p, in->trace, API_TRACE_ID);
    *p++ = '-';
    p = api_observe_traceparent_hex(p, in->span, API_TRACE_SPAN);

    return ngx_cpymem(p, in->sampled ? "-01" : "-00", 3);
}


void
api_observe_traceparent_state(ngx_str_t *text)
{
    size_t      i, fits;
    ngx_uint_t  members;

    fits = 0;
    members = 0;

    for (i = 0; i < text->len; i++) {

        if (text->data[i] != '\t'
            && (text->data[i] < ' ' || text->data[i] > '~'))
        {
            text->len = 0;
            return;
        }
    }

    for (i = 0; i <= text->len && i <= API_TRACE_STATE; i++) {

        if (i == text->len || text->data[i] == ',') {

            if (++members > API_TRACE_MEMBERS) {
                break;
            }

            fits = i;
        }
    }

    text->len = fits;
}
