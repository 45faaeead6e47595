
#include "json/scan.h"
#include "core/scan.h"
#include "core/value_number.h"


/* eight bytes at a time: which are so has its high bit set, or one above it */
#define SCAN_ALL(byte)   (0x0101010101010101ULL * (byte))
#define SCAN_ZERO(w)     (((w) - SCAN_ALL(1)) & ~(w) & SCAN_ALL(0x80))
#define SCAN_IS(w, byte) SCAN_ZERO((w) ^ SCAN_ALL(byte))
#define SCAN_CONTROL(w)  (((w) - SCAN_ALL(0x20)) & ~(w) & SCAN_ALL(0x80))


static const u_char *skip_space(const u_char *p, const u_char *end);
static const u_char *behind_string(const u_char *p, const u_char *end);
static api_json_fault_e prepare_string(u_char *start,
    const u_char *string_end, const u_char *end, ngx_uint_t *is_value,
    const u_char **place);
static api_json_fault_e prepare_number(u_char *start, const u_char *end);
static ngx_uint_t is_plain_value(const api_json_scan_token_t *token,
    const u_char *end);
static int hex4(const u_char *p, const u_char *end);
static u_char unescape(u_char ch);
static u_char *encode(u_char *p, unsigned cp);


api_json_scan_kind_e
api_json_scan_token(const u_char *p, const u_char *end,
    api_json_scan_token_t *token)
{
    p = skip_space(p, end);
    token->start = p;

    if (p == end) {
        token->kind = API_JSON_SCAN_END;

    } else if (*p == '"') {
        token->kind = API_JSON_SCAN_STRING;

        p = behind_string(p + 1, end);

    } else if (*p == '-' || api_scan_is_digit(*p)) {
        token->kind = API_JSON_SCAN_NUMBER;

        do {
            p++;
        } while (p < end
                 && (api_scan_is_digit(*p) || *p == '.' || *p == 'e'
                     || *p == 'E' || *p == '+' || *p == '-'));

    } else if (api_scan_is_alpha(*p)) {
        token->kind = API_JSON_SCAN_WORD;

        do {
            p++;
        } while (p < end && api_scan_is_alpha(*p));

    } else {
        token->kind = (*p == '[' || *p == '{') ? API_JSON_SCAN_OPEN
                      : (*p == ']' || *p == '}') ? API_JSON_SCAN_CLOSE
                      : API_JSON_SCAN_OTHER;
        p += (*p < 0x80) ? 1 : ngx_max(api_scan_utf8(p, end), 1);
    }

    token->end = p;

    return token->kind;
}


/* behind the closing quote, or the text's end */

static const u_char *
behind_string(const u_char *p, const u_char *end)
{
    uint64_t  w;

    for ( ;; ) {

        while (end - p >= 8) {
            ngx_memcpy(&w, p, 8);

            if (SCAN_IS(w, '"') | SCAN_IS(w, '\\')) {
                break;
            }

            p += 8;
        }

        while (p < end && *p != '"' && *p != '\\') {
            p++;
        }

        if (p == end) {
            return end;
        }

        if (*p == '"') {
            return p + 1;
        }

        p += (end - p > 1) ? 2 : 1;
    }
}


static const u_char *
skip_space(const u_char *p, const u_char *end)
{
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) {
        p++;
    }

    return p;
}


api_json_fault_e
api_json_scan_prepare(u_char *text, size_t len, ngx_uint_t depth,
    ngx_uint_t values, const u_char **place)
{
    u_char                 *start;
    const u_char           *p, *end;
    ngx_uint_t              level, nvalues, is_value;
    api_json_fault_e        fault;
    api_json_scan_token_t   token;

    fault = api_json_scan_bytes(text, len, place);
    if (fault != API_JSON_FAULT_NONE) {
        return fault;
    }

    p = text;
    end = text + len;
    level = 0;
    nvalues = 0;

    while (api_json_scan_token(p, end, &token) != API_JSON_SCAN_END) {

        p = token.end;
        start = text + (token.start - text);
        *place = start;

        is_value = (token.kind != API_JSON_SCAN_CLOSE
                    && token.kind != API_JSON_SCAN_OTHER);

        if (token.kind == API_JSON_SCAN_STRING) {
            fault = prepare_string(start, p, end, &is_value, place);

        } else if (token.kind == API_JSON_SCAN_NUMBER) {
            fault = prepare_number(start, p);

        } else if (token.kind == API_JSON_SCAN_OPEN) {
            level++;
            fault = (level > depth) ? API_JSON_FAULT_DEPTH : fault;

        } else if (token.kind == API_JSON_SCAN_CLOSE) {
            level -= (level > 0);
        }

        if (fault != API_JSON_FAULT_NONE) {
            return fault;
        }

        nvalues += is_value;

        if (nvalues > values) {
            return API_JSON_FAULT_VALUES;
        }
    }

    return API_JSON_FAULT_NONE;
}


api_json_fault_e
api_json_scan_bytes(const u_char *text, size_t len, const u_char **place)
{
    size_t         n;
    uint64_t       w;
    const u_char  *p, *end;

    end = text + len;
    *place = text;

    if (len >= 3 && ngx_memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        return API_JSON_FAULT_BOM;
    }

    for (p = text; p < end; p += n) {

        if (end - p >= 8) {
            ngx_memcpy(&w, p, 8);

            if (((w & SCAN_ALL(0x80)) | SCAN_ZERO(w)) == 0) {
                n = 8;
                continue;
            }
        }

        n = (*p < 0x80) ? 1 : api_scan_utf8(p, end);

        if (n == 0 || *p == '\0') {
            *place = p;
            return (n == 0) ? API_JSON_FAULT_UTF8 : API_JSON_FAULT_NUL;
        }
    }

    return (skip_space(text, end) == end) ? API_JSON_FAULT_EMPTY
                                          : API_JSON_FAULT_NONE;
}


/*
 * Of the escapes surrogates are in pairs, the rest is jansson's to check; in
 * a key there is no \u0000 afterwards.
 */

static api_json_fault_e
prepare_string(u_char *start, const u_char *string_end, const u_char *end,
    ngx_uint_t *is_value, const u_char **place)
{
    int            unit, low;
    const u_char  *p;

    p = skip_space(string_end, end);

    if (p < end && *p == ':') {
        *is_value = 0;
    }

    p = start;

    while (p < string_end) {

        p = memchr(p, '\\', (size_t) (string_end - p));

        if (p == NULL) {
            break;
        }

        *place = p;
        unit = hex4(p, string_end);

        if (unit == 0 && !*is_value) {
            ngx_memcpy(start + (p - start), "\\ufdd0", 6);
        }

        if (unit >= 0xd800 && unit <= 0xdfff) {
            p += 6;
            low = hex4(p, string_end);

            if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff) {
                return API_JSON_FAULT_SURROGATE;
            }
        }

        /* behind the letter: what is left of \uXXXX is no backslash */
        p += 2;
    }

    return API_JSON_FAULT_NONE;
}


/* the number of a \uXXXX at p, or -1 */

static int
hex4(const u_char *p, const u_char *end)
{
    int         unit;
    ngx_uint_t  i;

    if (end - p < 6 || p[0] != '\\' || p[1] != 'u') {
        return -1;
    }

    unit = 0;

    for (i = 2; i < 6; i++) {
        if (!api_scan_is_hex(p[i])) {
            return -1;
        }

        unit = unit * 16 + api_scan_hex(p[i]);
    }

    return unit;
}


static api_json_fault_e
prepare_number(u_char *start, const u_char *end)
{
    ngx_str_t           text;
    api_value_number_t  n;

    text.data = start;
    text.len = (size_t) (end - start);

    if (!api_value_number_parse(&text, &n)) {
        return API_JSON_FAULT_NUMBER;
    }

    *start = '0';
    ngx_memset(start + 1, ' ', text.len - 1);

    return API_JSON_FAULT_NONE;
}


size_t
api_json_scan_skeleton(const u_char *text, size_t len, u_char *out)
{
    u_char                 *last;
    ngx_uint_t              loose, was_loose;
    const u_char           *p, *end;
    api_json_scan_token_t   token;

    p = text;
    end = text + len;
    last = out;
    was_loose = 0;

    while (api_json_scan_token(p, end, &token) != API_JSON_SCAN_END) {

        loose = (token.kind == API_JSON_SCAN_WORD
                 || token.kind == API_JSON_SCAN_NUMBER
                 || (token.kind == API_JSON_SCAN_OTHER
                     && *token.start != ',' && *token.start != ':'));

        /* "nul l" is not null, "1 .5" is not a number */

        if (loose && was_loose && token.start > p) {
            *last++ = ' ';
        }

        was_loose = loose;
        p = token.end;

        if (token.kind == API_JSON_SCAN_STRING && is_plain_value(&token, end))
        {
            *last++ = '"';
            *last++ = '"';

        } else {
            last = ngx_cpymem(last, token.start, (size_t) (p - token.start));
        }
    }

    return (size_t) (last - out);
}


/* neither a key nor a string that jansson would have to look at */

static ngx_uint_t
is_plain_value(const api_json_scan_token_t *token, const u_char *end)
{
    uint64_t       w;
    const u_char  *p, *last;

    p = token->start + 1;
    last = token->end - 1;

    if (last < p || *last != '"') {
        return 0;
    }

    for ( /* void */ ; last - p >= 8; p += 8) {
        ngx_memcpy(&w, p, 8);

        if (SCAN_IS(w, '\\') | SCAN_CONTROL(w)) {
            return 0;
        }
    }

    for ( /* void */ ; p < last; p++) {
        if (*p == '\\' || *p < 0x20) {
            return 0;
        }
    }

    p = skip_space(token->end, end);

    return p == end || *p != ':';
}


size_t
api_json_scan_plain(const u_char *text, const u_char *end)
{
    uint64_t       w;
    const u_char  *p;

    p = text;

    while (end - p >= 8) {
        ngx_memcpy(&w, p, 8);

        if (SCAN_IS(w, '"') | SCAN_IS(w, '\\') | SCAN_CONTROL(w)) {
            break;
        }

        p += 8;
    }

    while (p < end && *p != '"' && *p != '\\' && *p >= 0x20) {
        p++;
    }

    return (size_t) (p - text);
}


size_t
api_json_scan_escape(const u_char *p, const u_char *end)
{
    int  unit;

    if (end - p < 2 || *p != '\\') {
        return 0;
    }

    switch (p[1]) {

    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return 2;

    default:
        unit = hex4(p, end);
        return unit > 0 && (unit < 0xd800 || unit > 0xdfff) ? 6 : 0;
    }
}


size_t
api_json_scan_decode(const api_json_scan_token_t *token, u_char *out)
{
    unsigned       unit;
    u_char        *last;
    const u_char  *p, *run, *end;

    last = out;
    end = token->end - 1;

    for (p = token->start + 1; p < end; /* void */ ) {

        if (*p != '\\') {
            run = memchr(p, '\\', (size_t) (end - p));
            run = (run != NULL) ? run : end;

            ngx_memmove(last, p, (size_t) (run - p));
            last += run - p;
            p = run;
            continue;
        }

        if (p[1] != 'u') {
            *last++ = unescape(p[1]);
            p += 2;
            continue;
        }

        unit = (unsigned) hex4(p, end);
        p += 6;

        if (unit >= 0xd800 && unit <= 0xdbff) {
            unit = 0x10000 + ((unit & 0x3ff) << 10)
                   + ((unsigned) hex4(p, end) & 0x3ff);
            p += 6;
        }

        last = encode(last, unit);
    }

    return (size_t) (last - out);
}


/* what stands behind a backslash */

static u_char
unescape(u_char ch)
{
    switch (ch) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default: /* '"', '\\', '/' */
        return ch;
    }
}


static u_char *
encode(u_char *p, unsigned cp)
{
    if (cp < 0x80) {
        *p++ = (u_char) cp;
        return p;
    }

    if (cp < 0x800) {
        *p++ = (u_char) (0xc0 | (cp >> 6));

    } else {

        if (cp < 0x10000) {
            *p++ = (u_char) (0xe0 | (cp >> 12));

        } else {
            *p++ = (u_char) (0xf0 | (cp >> 18));
            *p++ = (u_char) (0x80 | ((cp >> 12) & 0x3f));
        }

        *p++ = (u_char) (0x80 | ((cp >> 6) & 0x3f));
    }

    *p++ = (u_char) (0x80 | (cp & 0x3f));

    return p;
}
