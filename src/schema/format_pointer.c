
#include "core/scan.h"
#include "schema/format_parts.h"


ngx_uint_t
api_schema_format_json_pointer(const u_char *data, size_t len)
{
    const u_char  *p, *end;

    end = data + len;

    if (len != 0 && *data != '/') {
        return 0;
    }

    for (p = data; p < end; p++) {
        if (*p == '~' && (end - p < 2 || (p[1] != '0' && p[1] != '1'))) {
            return 0;
        }
    }

    return 1;
}


/* a number without leading zeros, +n or -n perhaps, then "#" or a pointer */

ngx_uint_t
api_schema_format_relative_json_pointer(const u_char *data, size_t len)
{
    const u_char  *p, *start, *end;

    p = data;
    end = data + len;

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

    return api_schema_format_json_pointer(p, (size_t) (end - p));
}
