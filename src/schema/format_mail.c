
#include "schema/format_parts.h"
#include "core/scan.h"
#include "core/value_net.h"


/* RFC 5321, section 4.5.3.1; bytes */
#define MAIL_LOCAL   64
#define MAIL_DOMAIN  255


static ngx_uint_t mailbox(const ngx_str_t *s, ngx_uint_t idn);
static const u_char *dot_string(const u_char *p, const u_char *end,
    ngx_uint_t idn);
static const u_char *quoted_string(const u_char *p, const u_char *end,
    ngx_uint_t idn);
static ngx_uint_t address_literal(const u_char *p, const u_char *end);
static size_t beyond_ascii(const u_char *p, const u_char *end,
    ngx_uint_t idn);


ngx_uint_t
api_schema_format_email(const ngx_str_t *s)
{
    return mailbox(s, 0);
}


ngx_uint_t
api_schema_format_idn_email(const ngx_str_t *s)
{
    return mailbox(s, 1);
}


static ngx_uint_t
mailbox(const ngx_str_t *s, ngx_uint_t idn)
{
    ngx_str_t      domain;
    const u_char  *p, *end;

    end = s->data + s->len;

    if (s->len == 0) {
        return 0;
    }

    p = (*s->data == '"') ? quoted_string(s->data, end, idn)
                          : dot_string(s->data, end, idn);

    if (p == NULL || p == end || *p != '@' || p - s->data > MAIL_LOCAL) {
        return 0;
    }

    domain.data = api_unconst(++p);
    domain.len = (size_t) (end - p);

    if (domain.len == 0 || domain.len > MAIL_DOMAIN) {
        return 0;
    }

    if (*p == '[') {
        return address_literal(p, end);
    }

    return idn ? api_schema_format_idn_domain(&domain)
               : api_schema_format_hostname(&domain);
}


/* atoms with dots between them: the first byte behind them, or NULL */

static const u_char *
dot_string(const u_char *p, const u_char *end, ngx_uint_t idn)
{
    size_t         n;
    const u_char  *start;

    for ( ;; ) {

        for (start = p; p < end; p += n) {

            n = api_scan_is_alnum(*p)
                || (*p != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", *p) != NULL);

            if (n == 0) {
                n = beyond_ascii(p, end, idn);
            }

            if (n == 0) {
                break;
            }
        }

        if (p == start) {
            return NULL;
        }

        if (p == end || *p != '.') {
            return p;
        }

        p++;
    }
}


/* printable ASCII characters: the first byte behind them, or NULL */

static const u_char *
quoted_string(const u_char *p, const u_char *end, ngx_uint_t idn)
{
    size_t  n;

    for (p++; p < end; p += n) {

        if (*p == '"') {
            return p + 1;
        }

        if (*p == '\\') {
            /* only ASCII can be quoted, also in RFC 6531 */
            if (end - p < 2 || p[1] < ' ' || p[1] > '~') {
                return NULL;
            }

            n = 2;
            continue;
        }

        n = (*p >= ' ' && *p <= '~') ? 1 : beyond_ascii(p, end, idn);

        if (n == 0) {
            return NULL;
        }
    }

    return NULL;
}


/* [192.0.2.1] or [IPv6:2001:db8::1]; no other tag is registered */

static ngx_uint_t
address_literal(const u_char *p, const u_char *end)
{
    ngx_str_t  s;

    if (end - p < 2 || end[-1] != ']') {
        return 0;
    }

    s.data = api_unconst(p + 1);
    s.len = (size_t) (end - p) - 2;

    if (s.len > 5 && ngx_strncasecmp(s.data, (u_char *) "IPv6:", 5) == 0) {
        s.data += 5;
        s.len -= 5;

        return api_value_net_ipv6(&s);
    }

    return api_value_net_ipv4(&s);
}


/* the length of the character, if it is allowed; else 0 */

static size_t
beyond_ascii(const u_char *p, const u_char *end, ngx_uint_t idn)
{
    if (!idn || *p < 0x80) {
        return 0;
    }

    return api_scan_utf8(p, end);
}
