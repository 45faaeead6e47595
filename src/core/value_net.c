
#include "core/value_net.h"
#include "core/scan.h"


#define NET_UNRESERVED  "-._~"
#define NET_SUB_DELIMS  "!$&'()*+,;="

/* besides API_VALUE_NET_IRI: private use characters, allowed in a query */
#define NET_PRIVATE     0x100


static const u_char *ipv4_part(const u_char *p, const u_char *end);
static ngx_uint_t ipv6_part(const u_char *p, const u_char *end);
static const u_char *hex_part(const u_char *p, const u_char *end);
static const u_char *scheme(const u_char *p, const u_char *end);
static ngx_uint_t authority(const u_char *p, const u_char *end,
    ngx_uint_t flags);
static ngx_uint_t ip_literal(const u_char *p, const u_char *end);
static const u_char *uri_part(const u_char *p, const u_char *end,
    const char *extra, ngx_uint_t flags);
static ngx_uint_t is_one_of(u_char ch, const char *set);


ngx_uint_t
api_value_net_ipv4(const ngx_str_t *s)
{
    const u_char  *end;

    end = s->data + s->len;

    return ipv4_part(s->data, end) == end;
}


ngx_uint_t
api_value_net_ipv6(const ngx_str_t *s)
{
    return ipv6_part(s->data, s->data + s->len);
}


/* the first byte behind it, or NULL */

static const u_char *
ipv4_part(const u_char *p, const u_char *end)
{
    int            n, value;
    const u_char  *start;

    for (n = 0; n < 4; n++) {

        if (n > 0) {
            if (p == end || *p != '.') {
                return NULL;
            }

            p++;
        }

        value = 0;

        for (start = p; p < end && p - start < 3; p++) {
            if (!api_scan_is_digit(*p)) {
                break;
            }

            value = value * 10 + (*p - '0');
        }

        /* some read a leading zero as octal */
        if (p == start || value > 255 || (*start == '0' && p - start > 1)) {
            return NULL;
        }
    }

    return p;
}


static ngx_uint_t
ipv6_part(const u_char *p, const u_char *end)
{
    ngx_uint_t     groups, gap;
    const u_char  *q;

    groups = 0;
    gap = 0;

    if (end - p >= 2 && p[0] == ':' && p[1] == ':') {
        gap = 1;
        p += 2;
    }

    while (p < end) {

        if (ipv4_part(p, end) == end) {
            groups += 2;
            break;
        }

        q = hex_part(p, end);
        if (q == NULL) {
            return 0;
        }

        groups++;
        p = q;

        if (p == end) {
            break;
        }

        if (*p++ != ':' || p == end) {
            return 0;
        }

        if (*p == ':') {
            if (gap) {
                return 0;
            }

            gap = 1;
            p++;
        }
    }

    /* "::" stands for one group at least */
    return gap ? groups <= 7 : groups == 8;
}


/* one to four hex digits: the first byte behind them, or NULL */

static const u_char *
hex_part(const u_char *p, const u_char *end)
{
    const u_char  *start;

    for (start = p; p < end && api_scan_is_hex(*p); p++) {
        /* void */
    }

    return (p == start || p - start > 4) ? NULL : p;
}


ngx_uint_t
api_value_net_uri(const ngx_str_t *s)
{
    return api_value_net_reference(s, 0);
}


ngx_uint_t
api_value_net_reference(const ngx_str_t *s, ngx_uint_t flags)
{
    const u_char  *p, *q, *end;

    end = s->data + s->len;

    p = scheme(s->data, end);

    if (p == NULL) {
        if (!(flags & API_VALUE_NET_RELATIVE)) {
            return 0;
        }

        p = s->data;

        /* in the first segment a colon would end a scheme */
        for (q = p; q < end && !is_one_of(*q, "/?#"); q++) {
            if (*q == ':') {
                return 0;
            }
        }
    }

    if (end - p >= 2 && p[0] == '/' && p[1] == '/') {
        p += 2;

        for (q = p; q < end && !is_one_of(*q, "/?#"); q++) {
            /* void */
        }

        if (!authority(p, q, flags)) {
            return 0;
        }

        p = q;
    }

    flags &= API_VALUE_NET_IRI;

    p = uri_part(p, end, ":@/", flags);

    if (p < end && *p == '?') {
        p = uri_part(p + 1, end, ":@/?", flags ? flags | NET_PRIVATE : 0);
    }

    if (p < end && *p == '#') {
        p = uri_part(p + 1, end, ":@/?", flags);
    }

    return p == end;
}


/* the first byte behind its colon, or NULL */

static const u_char *
scheme(const u_char *p, const u_char *end)
{
    if (p == end || !api_scan_is_alpha(*p)) {
        return NULL;
    }

    while (p < end && (api_scan_is_alnum(*p) || is_one_of(*p, "+-."))) {
        p++;
    }

    return (p < end && *p == ':') ? p + 1 : NULL;
}


/* [ userinfo "@" ] host [ ":" port ] (RFC 3986, section 3.2) */

static ngx_uint_t
authority(const u_char *p, const u_char *end, ngx_uint_t flags)
{
    const u_char  *q;

    q = uri_part(p, end, ":", flags);

    if (q < end && *q == '@') {
        p = q + 1;
    }

    if (p < end && *p == '[') {
        q = memchr(p, ']', (size_t) (end - p));

        if (q == NULL || !ip_literal(p + 1, q)) {
            return 0;
        }

        p = q + 1;

    } else {
        p = uri_part(p, end, "", flags);
    }

    if (p < end && *p == ':') {
        do {
            p++;
        } while (p < end && api_scan_is_digit(*p));
    }

    return p == end;
}


/* what is between the brackets: IPv6address or IPvFuture */

static ngx_uint_t
ip_literal(const u_char *p, const u_char *end)
{
    const u_char  *start;

    if (p == end || (*p | 0x20) != 'v') {
        return ipv6_part(p, end);
    }

    for (start = ++p; p < end && api_scan_is_hex(*p); p++) {
        /* void */
    }

    if (p == start || p == end || *p != '.' || p + 1 == end) {
        return 0;
    }

    for (p++; p < end; p++) {
        if (!api_scan_is_alnum(*p)
            && !is_one_of(*p, NET_UNRESERVED NET_SUB_DELIMS ":"))
        {
            return 0;
        }
    }

    return 1;
}


/*
 * the first byte behind the longest run of unreserved, sub-delims, %XX and
 * extra
 */

static const u_char *
uri_part(const u_char *p, const u_char *end, const char *extra,
    ngx_uint_t flags)
{
    size_t  n;

    while (p < end) {

        if (*p == '%') {
            if (end - p < 3
                || !api_scan_is_hex(p[1]) || !api_scan_is_hex(p[2]))
            {
                break;
            }

            p += 3;
            continue;
        }

        n = 1;

        if (!api_scan_is_alnum(*p)
            && !is_one_of(*p, NET_UNRESERVED NET_SUB_DELIMS)
            && !is_one_of(*p, extra))
        {
            n = (flags & API_VALUE_NET_IRI)
                ? api_value_net_ucschar(p, end, flags & NET_PRIVATE) : 0;
        }

        if (n == 0) {
            break;
        }

        p += n;
    }

    return p;
}


size_t
api_value_net_ucschar(const u_char *p, const u_char *end, ngx_uint_t private)
{
    size_t    n;
    uint32_t  c;

    n = api_scan_utf8(p, end);

    if (n < 2) {
        return 0;
    }

    c = api_scan_utf8_char(p, n);

    if ((c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000) {
        return (private && (c & 0xfffe) != 0xfffe) ? n : 0;
    }

    /* neither controls, nor noncharacters, nor the tags of plane 14 */
    if (c < 0xa0 || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe
        || (c >= 0xfff0 && c <= 0xffff) || (c >= 0xe0000 && c <= 0xe0fff))
    {
        return 0;
    }

    return n;
}


static ngx_uint_t
is_one_of(u_char ch, const char *set)
{
    /* strchr() would find the NUL that ends the set */
    return ch != '\0' && strchr(set, ch) != NULL;
}
