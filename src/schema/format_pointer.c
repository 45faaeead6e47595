
#include "schema/format_parts.h"
#include "core/scan.h"


static ngx_uint_t pointer(const u_char *p, const u_char *end);


ngx_uint_t
api_schema_format_json_pointer(const ngx_str_t *s)
{
    return pointer(s->data, s->data + s->len);
}


static ngx_uint_t
pointer(const u_char *p, const u_char *end)
{
    if (p < end && *p != '/') {
        return 0;
    }

    for ( /* void */ ; p < end; p++) {
        if (*p == '~' && (end - p < 2 || (p[1] != '0' && p[1] != '1'))) {
            return 0;
        }
    }

    return 1;
}


/* a number without leading zeros, +n or -n perhaps, then "#" or a pointer */

ngx_uint_t
api_schema_format_relative_json_pointer(const ngx_str_t *s)
{
    const u_char  *p, *start, *end;

    p = s->data;
    end = s->data + s->len;

    for (start = p; p < end && api_scan_is_digit(*p); p++) {
        /* void */
    }

    if (p == start || (*start == '0' && p - start > 1)) {
        return 0;
    }

    if (p < end && (*p == '+' || *p == '-')) {
        for (start = ++p; p < end && api_scan_is_digit(*p); p++) {
            /* void */
        }

        if (p == start || *start == '0') {
            return 0;
        }
    }

    if (p < end && *p == '#') {
        return p + 1 == end;
    }

    return pointer(p, end);
}
