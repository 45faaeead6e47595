
#include "regex/syntax.h"


static ngx_int_t letter_escape(api_regex_parser_t *r, int ch,
    ngx_uint_t in_class, uint32_t *out);
static ngx_int_t set_escape(api_regex_parser_t *r, int ch,
    ngx_uint_t in_class, uint32_t *out);
static ngx_int_t property_escape(api_regex_parser_t *r, int ch);
static size_t property_word(api_regex_parser_t *r, ngx_str_t *word);
static ngx_int_t unicode_escape(api_regex_parser_t *r, uint32_t *out);
static ngx_uint_t hex(api_regex_parser_t *r, ngx_uint_t n,
    uint32_t *out);


/* 22.2.1: WhiteSpace and LineTerminator, and all other characters */

#define ESCAPE_SPACE                                                          \
    "\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}"        \
    "\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"

#define ESCAPE_NO_SPACE                                                       \
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}"             \
    "\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}"               \
    "\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}"               \
    "\\x{ff00}-\\x{10ffff}"

/*
 * Written out for classes: beside a \p{} PCRE2 10.42 forgets that \W and \D
 * contain the characters above U+00FF, and lets [^\W\p{L}] match them.
 */

#define ESCAPE_NO_DIGIT                                                       \
    "\\x{0}-\\x{2f}\\x{3a}-\\x{10ffff}"

#define ESCAPE_NO_WORD                                                        \
    "\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}"                  \
    "\\x{7b}-\\x{10ffff}"


ngx_int_t
api_regex_escape(api_regex_parser_t *r, ngx_uint_t in_class,
    uint32_t *out)
{
    int  ch;

    ch = api_scan_peek(&r->scan, 0);

    switch (ch) {

    case -1:
        return api_regex_refuse(r, "the pattern ends with a backslash");

    case 'd':
    case 'D':
    case 's':
    case 'S':
    case 'w':
    case 'W':
    case 'p':
    case 'P':
        return set_escape(r, ch, in_class, out);

    case 'u':
        r->scan.pos++;
        return unicode_escape(r, out);

    case 'x':
        r->scan.pos++;

        if (!hex(r, 2, out)) {
            return api_regex_refuse(r, "\\x needs two hex digits");
        }

        return NGX_OK;

    case 'c':
        if (!api_scan_is_alpha(api_scan_peek(&r->scan, 1))) {
            return api_regex_refuse(r, "\\c needs a letter");
        }

        *out = r->scan.pos[1] & 0x1f;
        r->scan.pos += 2;
        return NGX_OK;

    case '0':
        if (api_scan_is_digit(api_scan_peek(&r->scan, 1))) {
            return api_regex_refuse(r, "there are no octal escapes, "
                                    "write \\xHH");
        }

        *out = 0;
        r->scan.pos++;
        return NGX_OK;

    default:
        return letter_escape(r, ch, in_class, out);
    }
}


/* \n and the like, and what stands for itself */

static ngx_int_t
letter_escape(api_regex_parser_t *r, int ch, ngx_uint_t in_class,
    uint32_t *out)
{
    const char         *found;
    static const char   letters[] = "fnrtv";
    static const char   controls[] = "\f\n\r\t\v";
    static const char   itself[] = "^$\\.*+?()[]{}|/-";

    if (ch != '\0' && (found = strchr(letters, ch)) != NULL) {
        r->scan.pos++;
        *out = (uint32_t) controls[found - letters];
        return NGX_OK;
    }

    if (ch != '\0' && strchr(itself, ch) != NULL && (ch != '-' || in_class)) {
        r->scan.pos++;
        *out = (uint32_t) ch;
        return NGX_OK;
    }

    return api_regex_refuse(r, api_scan_is_alnum(ch)
                            ? "there is no such escape in ECMA-262"
                            : "write this without a backslash: with the flag u "
                              "ECMA-262 has no such escape");
}


static ngx_int_t
set_escape(api_regex_parser_t *r, int ch, ngx_uint_t in_class,
    uint32_t *out)
{
    *out = API_REGEX_SET;
    r->scan.pos++;

    switch (ch) {

    case 'd':
        api_regex_emit(r, "\\d");
        break;

    case 'D':
        api_regex_emit(r, in_class ? ESCAPE_NO_DIGIT : "\\D");
        break;

    case 'w':
        api_regex_emit(r, "\\w");
        break;

    case 'W':
        api_regex_emit(r, in_class ? ESCAPE_NO_WORD : "\\W");
        break;

    case 's':
        api_regex_emit(r, in_class ? ESCAPE_SPACE
                                   : "[" ESCAPE_SPACE "]");
        break;

    case 'S':
        api_regex_emit(r, in_class ? ESCAPE_NO_SPACE
                                   : "[^" ESCAPE_SPACE "]");
        break;

    default:
        return property_escape(r, ch);
    }

    return NGX_OK;
}


/* {Name} or {Name=Value} */

static ngx_int_t
property_escape(api_regex_parser_t *r, int ch)
{
    ngx_str_t             name, value;
    ngx_uint_t            has_value;
    const u_char         *start;
    api_regex_property_t  property;

    start = r->scan.pos;
    ngx_str_null(&value);

    if (!api_scan_accept(&r->scan, "{") || property_word(r, &name) == 0) {
        return api_regex_refuse(r, "\\p needs the name of a property in "
                                "braces, such as \\p{Letter}");
    }

    has_value = api_scan_accept(&r->scan, "=");

    if ((has_value && property_word(r, &value) == 0)
        || !api_scan_accept(&r->scan, "}"))
    {
        return api_regex_refuse(r, "\\p needs the name of a property in "
                                "braces, such as \\p{Script=Greek}");
    }

    if (!api_regex_property(&name, &value, &property)) {
        r->scan.pos = start;
        return api_regex_refuse(r, "there is no property of this name; "
                                "upper and lower case matter");
    }

    api_regex_emit(r, (ch == 'P') != property.negate ? "\\P{"
                                                     : "\\p{");
    api_regex_emit(r, property.prefix);
    api_regex_emit(r, property.name);
    api_regex_emit(r, "}");

    return NGX_OK;
}


static size_t
property_word(api_regex_parser_t *r, ngx_str_t *word)
{
    word->data = api_unconst(r->scan.pos);

    while (api_scan_is_name(api_scan_peek(&r->scan, 0))) {
        r->scan.pos++;
    }

    word->len = (size_t) (r->scan.pos - word->data);

    return word->len;
}


/* behind "u": HHHH, HHHH\uHHHH as a surrogate pair, or {H...} */

static ngx_int_t
unicode_escape(api_regex_parser_t *r, uint32_t *out)
{
    uint32_t       low;
    const u_char  *behind;

    if (api_scan_accept(&r->scan, "{")) {

        for (*out = 0; *out <= 0x10ffff && hex(r, 1, &low); /* void */ ) {
            *out = (*out << 4) | low;
        }

        if (r->scan.pos[-1] == '{' || *out > 0x10ffff
            || !api_scan_accept(&r->scan, "}"))
        {
            return api_regex_refuse(r, "\\u{ needs hex digits, at most 10FFFF, "
                                    "and a closing brace");
        }

        return NGX_OK;
    }

    if (!hex(r, 4, out)) {
        return api_regex_refuse(r, "\\u needs four hex digits, or some in "
                                "braces");
    }

    behind = r->scan.pos;

    if (*out >= 0xd800 && *out <= 0xdbff && api_scan_accept(&r->scan, "\\u")) {

        if (hex(r, 4, &low) && low >= 0xdc00 && low <= 0xdfff) {
            *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);

        } else {
            r->scan.pos = behind;
        }
    }

    return NGX_OK;
}


/* n hex digits: 1 and behind them, else 0 and unmoved */

static ngx_uint_t
hex(api_regex_parser_t *r, ngx_uint_t n, uint32_t *out)
{
    int         ch;
    uint32_t    value;
    ngx_uint_t  i;

    value = 0;

    for (i = 0; i < n; i++) {
        ch = api_scan_peek(&r->scan, i);

        if (!api_scan_is_hex(ch)) {
            return 0;
        }

        value = (value << 4) | (uint32_t) api_scan_hex(ch);
    }

    r->scan.pos += n;
    *out = value;

    return 1;
}
