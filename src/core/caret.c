
#include "core/caret.h"

#include "core/scan.h"


/* bytes of the line that are shown before and behind the character */
#define CARET_BEFORE  120
#define CARET_BEHIND  120


typedef struct {
    uint32_t       first;
    uint32_t       last;
} caret_range_t;


static ngx_uint_t width(const u_char *p, size_t len);
static u_char *copy(u_char *p, const u_char *from, const u_char *end);
static ngx_uint_t is_inner(const u_char *p);


/* whole blocks of characters: near enough for a caret */

static const caret_range_t  wide[] = {
    { 0x1100, 0x115f },
    { 0x2e80, 0xa4cf },
    { 0xac00, 0xd7a3 },
    { 0xf900, 0xfaff },
    { 0xfe30, 0xfe6f },
    { 0xff00, 0xff60 },
    { 0xffe0, 0xffe6 },
    { 0x1f300, 0x1faff },
    { 0x20000, 0x3fffd }
};

static const caret_range_t  narrow[] = {
    { 0x300, 0x36f },
    { 0x200b, 0x200f },
    { 0xfe00, 0xfe0f }
};


u_char *
api_caret(u_char *p, const ngx_str_t *text, size_t offset)
{
    size_t         len;
    ngx_uint_t     columns;
    const u_char  *start, *end, *at, *c;

    at = text->data + ngx_min(offset, text->len);

    for (start = at; start > text->data && start[-1] != LF; start--) {
        /* void */
    }

    for (end = at; end < text->data + text->len && *end != LF; end++) {
        /* void */
    }

    if (end > at && end[-1] == CR) {
        end--;
    }

    *p++ = LF;

    /* the text may not be UTF-8, and consist of continuation bytes only */

    if (at - start > CARET_BEFORE) {
        start = at - CARET_BEFORE;

        while (start < at && is_inner(start)) {
            start++;
        }
    }

    if (end - at > CARET_BEHIND) {
        end = at + CARET_BEHIND;

        while (end > at && is_inner(end)) {
            end--;
        }
    }

    p = copy(p, start, end);

    *p++ = LF;

    for (c = start; c < at; c += len) {
        len = api_scan_utf8(c, at);
        columns = (len > 1) ? width(c, len) : 1;
        len = len ? len : 1;

        if (*c == '\t') {
            *p++ = '\t';
            continue;
        }

        while (columns--) {
            *p++ = ' ';
        }
    }

    *p++ = '^';

    return p;
}


/* columns of a well-formed character of more than one byte */

static ngx_uint_t
width(const u_char *p, size_t len)
{
    size_t      i;
    uint32_t    ch;
    ngx_uint_t  n;

    ch = (uint32_t) (*p & (0xff >> (len + 1)));

    for (i = 1; i < len; i++) {
        ch = (ch << 6) | (uint32_t) (p[i] & 0x3f);
    }

    for (n = 0; n < sizeof(wide) / sizeof(wide[0]); n++) {
        if (ch >= wide[n].first && ch <= wide[n].last) {
            return 2;
        }
    }

    for (n = 0; n < sizeof(narrow) / sizeof(narrow[0]); n++) {
        if (ch >= narrow[n].first && ch <= narrow[n].last) {
            return 0;
        }
    }

    return 1;
}


/* a terminal gets no control characters and no broken UTF-8 */

static u_char *
copy(u_char *p, const u_char *from, const u_char *end)
{
    size_t  len;

    while (from < end) {
        len = api_scan_utf8(from, end);

        if (len == 0 || (*from < ' ' && *from != '\t') || *from == 0x7f) {
            *p++ = '?';
            from++;
            continue;
        }

        while (len--) {
            *p++ = *from++;
        }
    }

    return p;
}


static ngx_uint_t
is_inner(const u_char *p)
{
    return (*p & 0xc0) == 0x80;
}
