
#include "core/value_format.h"
#include "core/scan.h"


static const u_char *label(const u_char *p, const u_char *end);


ngx_uint_t
api_value_format_uuid(const ngx_str_t *s)
{
    size_t  i;
    u_char  ch;

    if (s->len != 36) {
        return 0;
    }

    for (i = 0; i < 36; i++) {
        ch = s->data[i];

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (ch != '-') {
                return 0;
            }

        } else if (!api_scan_is_hex(ch)) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
api_value_format_email(const ngx_str_t *s)
{
    const u_char  *p, *end, *local;

    p = s->data;
    end = s->data + s->len;
    local = p;

    while (p < end
           && (api_scan_is_alnum(*p)
               || (*p != '\0' && strchr(".!#$%&'*+/=?^_`{|}~-", *p))))
    {
        p++;
    }

    if (p == local || p == end || *p != '@') {
        return 0;
    }

    do {
        p = label(p + 1, end);
    } while (p != NULL && p < end && *p == '.');

    return p == end;
}


/* a DNS label: 63 letters, digits or inner hyphens; NULL or behind it */

static const u_char *
label(const u_char *p, const u_char *end)
{
    const u_char  *start;

    start = p;

    while (p < end && (api_scan_is_alnum(*p) || *p == '-')) {
        p++;
    }

    if (p == start || p - start > 63 || *start == '-' || p[-1] == '-') {
        return NULL;
    }

    return p;
}
