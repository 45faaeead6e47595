
#include "schema/format_parts.h"
#include "core/scan.h"
#include "core/value_net.h"


static const u_char *expression(const u_char *p, const u_char *end);
static const u_char *variable(const u_char *p, const u_char *end);
static size_t literal(const u_char *p, const u_char *end);
static size_t percent(const u_char *p, const u_char *end);


ngx_uint_t
api_schema_format_uri_reference(const ngx_str_t *s)
{
    return api_value_net_reference(s, API_VALUE_NET_RELATIVE);
}


ngx_uint_t
api_schema_format_iri(const ngx_str_t *s)
{
    return api_value_net_reference(s, API_VALUE_NET_IRI);
}


ngx_uint_t
api_schema_format_iri_reference(const ngx_str_t *s)
{
    return api_value_net_reference(s, API_VALUE_NET_IRI
                                      |API_VALUE_NET_RELATIVE);
}


ngx_uint_t
api_schema_format_uri_template(const ngx_str_t *s)
{
    size_t         n;
    const u_char  *p, *end;

    p = s->data;
    end = s->data + s->len;

    while (p < end) {

        if (*p == '{') {
            p = expression(p + 1, end);

            if (p == NULL) {
                return 0;
            }

            continue;
        }

        n = literal(p, end);

        if (n == 0) {
            return 0;
        }

        p += n;
    }

    return 1;
}


/* the first byte behind the closing brace, or NULL */

static const u_char *
expression(const u_char *p, const u_char *end)
{
    /* the second half is reserved for extensions, and of the grammar, too */
    if (p < end && *p != '\0' && strchr("+#./;?&" "=,!@|", *p) != NULL) {
        p++;
    }

    for ( ;; ) {
        p = variable(p, end);

        if (p == NULL || p == end) {
            return NULL;
        }

        if (*p == '}') {
            return p + 1;
        }

        if (*p != ',') {
            return NULL;
        }

        p++;
    }
}


/* a name with its modifier: the first byte behind it, or NULL */

static const u_char *
variable(const u_char *p, const u_char *end)
{
    size_t         n;
    const u_char  *start;

    for ( ;; ) {

        for (start = p; p < end; p += n) {
            n = api_scan_is_name(*p) ? 1 : percent(p, end);

            if (n == 0) {
                break;
            }
        }

        if (p == start) {
            return NULL;
        }

        if (p == end || *p != '.') {
            break;
        }

        p++;
    }

    if (p < end && *p == '*') {
        return p + 1;
    }

    if (p == end || *p != ':') {
        return p;
    }

    /* 1 to 9999 */
    for (start = ++p; p < end && api_scan_is_digit(*p); p++) {
        /* void */
    }

    return (p == start || p - start > 4 || *start == '0') ? NULL : p;
}


/* the length of a character (or %XX) that may be outside of braces; else 0 */

static size_t
literal(const u_char *p, const u_char *end)
{
    if (*p == '%') {
        return percent(p, end);
    }

    if (*p >= 0x80) {
        return api_value_net_ucschar(p, end, 1);
    }

    /* RFC 6570, section 2.1; the apostrophe is its erratum 6937 */
    return *p > ' ' && *p < 0x7f && strchr("\"<>\\^`{|}", *p) == NULL;
}


static size_t
percent(const u_char *p, const u_char *end)
{
    return (end - p >= 3 && *p == '%' && api_scan_is_hex(p[1])
            && api_scan_is_hex(p[2]))
           ? 3 : 0;
}
