
#include <idn2.h>

#include "schema/format.h"
#include "schema/format_parts.h"
#include "core/scan.h"


/* RFC 1034, section 3.1, as text, without the root's dot */
#define HOST_LABEL    63
#define HOST_NAME     253

/*
 * Bytes of a label beyond ASCII: its A-label has "xn--" and one byte at least
 * for each character, which has four bytes at most.  Twice as many, for what
 * is not in NFC yet.
 */
#define HOST_U_LABEL  (2 * 4 * (HOST_LABEL - 4))

/* steps of a validation for a label that libidn2 looks at: 0.3 us for two
   letters, 5 us for fifty */
#define HOST_COST       16
#define HOST_COST_BYTE  4

/* bytes that are looked at: a longer name is refused before that */
#define HOST_LOOKED     4096


typedef enum {
    HOST_ASCII = 0,      /* A-labels allowed */
    HOST_IDN,
    HOST_DOMAIN          /* of a mailbox */
} host_kind_e;

typedef struct {
    host_kind_e    kind;
    size_t         length;      /* of the labels so far, as ASCII */
    unsigned       rtl:1;       /* one is written from right to left */
    unsigned       weak:1;      /* some label must not be next to one that is */
} host_t;

typedef struct {
    uint32_t       first;
    uint32_t       last;
} range_t;


static ngx_uint_t is_coded(const u_char *p);
static ngx_uint_t name(const ngx_str_t *s, host_kind_e kind);
static size_t separator(const u_char *p, const u_char *end,
    host_kind_e kind);
static ngx_uint_t label(host_t *host, const u_char *p, size_t len);
static ngx_uint_t ascii_label(host_t *host, const u_char *p, size_t len);
static ngx_uint_t a_label(host_t *host, const u_char *text);
static ngx_uint_t u_label(host_t *host, const u_char *p, size_t len);
static void direction(host_t *host, const u_char *p, size_t len);
static ngx_uint_t in_ranges(uint32_t ch, const range_t *ranges);


/*
 * For RFC 5893: where letters from right to left are, block by block, and the
 * other characters a label may begin with that are not letters from left to
 * right; the Extended Arabic-Indic digits are European numbers to it.
 * Unicode 15, Bidi_Class.  libidn2 looks at a label, never at its neighbours.
 */

static const range_t  right_to_left[] = {
    { 0x5d0, 0x5f2 }, { 0x620, 0x64a }, { 0x660, 0x6ef }, { 0x6fa, 0x8ff },
    { 0xfb1d, 0xfdff }, { 0xfe70, 0xfeff }, { 0x10800, 0x10fff },
    { 0x1e800, 0x1efff }, { 0, 0 }
};

static const range_t  european_digits[] = {
    { '0', '9' }, { 0x6f0, 0x6f9 }, { 0, 0 }
};

static const range_t  arabic_digits[] = {
    { 0x660, 0x669 }, { 0x10d30, 0x10d39 }, { 0, 0 }
};

static const range_t  neutral[] = {
    { 0xb7, 0xb7 }, { 0x2b9, 0x2ba }, { 0x2c6, 0x2cf }, { 0x2ec, 0x2ec },
    { 0x374, 0x375 }, { 0x2e2f, 0x2e2f }, { 0x30fb, 0x30fb },
    { 0xa67f, 0xa67f }, { 0xa717, 0xa71f }, { 0xa788, 0xa788 }, { 0, 0 }
};


ngx_uint_t
api_schema_format_hostname(const ngx_str_t *s)
{
    return name(s, HOST_ASCII);
}


ngx_uint_t
api_schema_format_idn_hostname(const ngx_str_t *s)
{
    return name(s, HOST_IDN);
}


ngx_uint_t
api_schema_format_idn_domain(const ngx_str_t *s)
{
    return name(s, HOST_DOMAIN);
}


/*
 * libidn2 is asked about labels beyond ASCII and those that begin with "xn--";
 * its work grows with their bytes.
 */

ngx_uint_t
api_schema_format_hosts_cost(const ngx_str_t *s)
{
    ngx_uint_t     cost, foreign;
    const u_char  *p, *end, *start;

    cost = 0;
    foreign = 0;
    end = s->data + ngx_min(s->len, HOST_LOOKED);

    for (p = s->data, start = p; p < end; p++) {

        if (*p == '.' || *p == '@') {
            start = p + 1;
            foreign = 0;
            continue;
        }

        if (!foreign && (*p >= 0x80 || (p - start == 3 && is_coded(start)))) {
            foreign = 1;
            cost += HOST_COST + (ngx_uint_t) (p - start) * HOST_COST_BYTE;
        }

        if (foreign) {
            cost += HOST_COST_BYTE;
        }
    }

    return cost;
}


static ngx_uint_t
is_coded(const u_char *p)
{
    return (p[0] | 0x20) == 'x' && (p[1] | 0x20) == 'n' && p[2] == '-'
           && p[3] == '-';
}


static ngx_uint_t
name(const ngx_str_t *s, host_kind_e kind)
{
    size_t         n;
    host_t         host;
    const u_char  *p, *end, *start;

    ngx_memzero(&host, sizeof(host_t));
    host.kind = kind;

    p = s->data;
    end = s->data + s->len;

    for (start = p; ; p++) {

        n = (p < end) ? separator(p, end, kind) : 0;

        if (n == 0 && p < end) {
            continue;
        }

        if (!label(&host, start, (size_t) (p - start))) {
            return 0;
        }

        if (p == end) {
            break;
        }

        host.length++;
        p += n - 1;
        start = p + 1;
    }

    return host.length <= HOST_NAME && !(host.rtl && host.weak);
}


/*
 * the length of a separator, or 0: RFC 3490, section 3.1, has three more dots
 */

static size_t
separator(const u_char *p, const u_char *end, host_kind_e kind)
{
    if (*p == '.') {
        return 1;
    }

    if (kind == HOST_IDN && end - p >= 3
        && (ngx_memcmp(p, "\xe3\x80\x82", 3) == 0
            || ngx_memcmp(p, "\xef\xbc\x8e", 3) == 0
            || ngx_memcmp(p, "\xef\xbd\xa1", 3) == 0))
    {
        return 3;
    }

    return 0;
}


static ngx_uint_t
label(host_t *host, const u_char *p, size_t len)
{
    size_t  i;

    if (len == 0 || len > HOST_U_LABEL || host->length > HOST_NAME) {
        return 0;
    }

    for (i = 0; i < len && p[i] < 0x80; i++) {
        /* void */
    }

    if (i == len) {
        return ascii_label(host, p, len);
    }

    return host->kind != HOST_ASCII && u_label(host, p, len);
}


/* letters, digits and inner hyphens; "xn--" only if what follows is valid */

static ngx_uint_t
ascii_label(host_t *host, const u_char *p, size_t len)
{
    size_t  i;
    u_char  text[HOST_LABEL + 1];

    if (len > HOST_LABEL || *p == '-' || p[len - 1] == '-') {
        return 0;
    }

    for (i = 0; i < len; i++) {
        if (!api_scan_is_alnum(p[i]) && p[i] != '-') {
            return 0;
        }

        text[i] = (u_char) ngx_tolower(p[i]);
    }

    text[len] = '\0';
    host->length += len;

    if (len >= 4 && text[2] == '-' && text[3] == '-') {

        if (text[0] == 'x' && text[1] == 'n') {
            return a_label(host, text);
        }

        /* RFC 5890, section 2.3.1: such other labels are reserved */
        return host->kind == HOST_ASCII;
    }

    direction(host, text, len);

    return 1;
}


static ngx_uint_t
a_label(host_t *host, const u_char *text)
{
    char     *unicode;
    uint8_t  *same;

    if (idn2_register_u8(NULL, text, &same, 0) != IDN2_OK) {
        return 0;
    }

    idn2_free(same);

    if (idn2_to_unicode_8z8z((const char *) text, &unicode, 0) != IDN2_OK) {
        return 0;
    }

    direction(host, (const u_char *) unicode, ngx_strlen(unicode));
    idn2_free(unicode);

    return 1;
}


static ngx_uint_t
u_label(host_t *host, const u_char *p, size_t len)
{
    int       flags;
    size_t    i, n;
    u_char    text[HOST_U_LABEL + 1];
    uint8_t  *ascii;

    for (i = 0; i < len; i += n) {
        n = api_scan_utf8(p + i, p + len);

        if (n == 0 || p[i] == '\0') {
            return 0;
        }
    }

    ngx_memcpy(text, p, len);
    text[len] = '\0';

    flags = (host->kind == HOST_DOMAIN) ? IDN2_NFC_INPUT : 0;

    if (idn2_register_u8(text, NULL, &ascii, flags) != IDN2_OK) {
        return 0;
    }

    n = ngx_strlen(ascii);
    host->length += n;
    idn2_free(ascii);

    direction(host, p, len);

    return n <= HOST_LABEL;
}


/* RFC 5893, section 2, as far as libidn2 does not check it */

static void
direction(host_t *host, const u_char *p, size_t len)
{
    size_t         n;
    uint32_t       ch;
    ngx_uint_t     rtl, european, arabic;
    const u_char  *end;

    end = p + len;
    rtl = 0;
    european = 0;
    arabic = 0;

    ch = api_scan_utf8_char(p, api_scan_utf8(p, end));

    if (in_ranges(ch, european_digits) || in_ranges(ch, neutral)) {
        host->weak = 1;
    }

    for ( /* void */ ; p < end; p += n) {
        n = api_scan_utf8(p, end);

        if (n == 0) {
            return;
        }

        ch = api_scan_utf8_char(p, n);

        if (in_ranges(ch, right_to_left)) {
            host->rtl = 1;
            rtl = 1;
        }

        european |= in_ranges(ch, european_digits);
        arabic |= in_ranges(ch, arabic_digits);
    }

    /* its fourth rule, which libidn2 2.3.3 leaves out */
    if (rtl && european && arabic) {
        host->weak = 1;
    }

    if (!rtl && in_ranges(ch, neutral)) {
        host->weak = 1;
    }
}


static ngx_uint_t
in_ranges(uint32_t ch, const range_t *ranges)
{
    for ( /* void */ ; ranges->last != 0; ranges++) {
        if (ch >= ranges->first && ch <= ranges->last) {
            return 1;
        }
    }

    return 0;
}
