
#include "regex/syntax.h"


static ngx_int_t member(api_regex_parser_t *r, uint32_t *ch);
static ngx_uint_t range(api_regex_parser_t *r, uint32_t low,
    uint32_t high);
static ngx_uint_t is_range(const api_regex_parser_t *r);


ngx_int_t
api_regex_class(api_regex_parser_t *r)
{
    uint32_t    low, high;
    ngx_uint_t  negated, empty;

    empty = 1;
    negated = api_scan_accept(&r->scan, "^");
    api_regex_emit(r, negated ? "[^" : "[");

    while (!api_scan_accept(&r->scan, "]")) {

        if (member(r, &low) != NGX_OK) {
            return NGX_DECLINED;
        }

        high = low;

        if (is_range(r)) {
            r->scan.pos++;

            if (member(r, &high) != NGX_OK) {
                return NGX_DECLINED;
            }

            if (low == API_REGEX_SET || high == API_REGEX_SET) {
                return api_regex_refuse(r, "a set such as \\d cannot end a "
                                        "range: write \\-");
            }

            if (low > high) {
                return api_regex_refuse(r, "this range ends before it "
                                        "begins");
            }
        }

        if (low == API_REGEX_SET || range(r, low, high)) {
            empty = 0;
        }
    }

    if (empty && !negated) {
        /* PCRE2 forgets the quantifier of a class that has no character */
        api_regex_emit(r, API_REGEX_NONE);
    }

    api_regex_emit(r, "]");

    return NGX_OK;
}


/* a character, or a set that is emitted already */

static ngx_int_t
member(api_regex_parser_t *r, uint32_t *ch)
{
    size_t  len;

    if (api_scan_done(&r->scan)) {
        return api_regex_refuse(r, "a ] is missing");
    }

    if (api_scan_accept(&r->scan, "\\b")) {
        *ch = '\b';
        return NGX_OK;
    }

    if (api_scan_accept(&r->scan, "\\")) {
        return api_regex_escape(r, 1, ch);
    }

    len = api_scan_utf8(r->scan.pos, r->scan.end);

    if (len == 0) {
        return api_regex_refuse(r, "this is not UTF-8");
    }

    *ch = api_scan_utf8_char(r->scan.pos, len);
    r->scan.pos += len;

    return NGX_OK;
}


/* a "-" that is not the last character of its class */

static ngx_uint_t
is_range(const api_regex_parser_t *r)
{
    return api_scan_peek(&r->scan, 0) == '-'
           && api_scan_peek(&r->scan, 1) != ']'
           && api_scan_peek(&r->scan, 1) != -1;
}


/*
 * 1: emitted; 0: nothing was left.  Surrogates are no characters: text does not
 * hold them, and PCRE2 refuses them.
 */

static ngx_uint_t
range(api_regex_parser_t *r, uint32_t low, uint32_t high)
{
    if (low >= 0xd800 && low <= 0xdfff) {
        low = 0xe000;
    }

    if (high >= 0xd800 && high <= 0xdfff) {
        high = 0xd7ff;
    }

    if (low > high) {
        return 0;
    }

    api_regex_emit_char(r, low);

    if (high > low) {
        api_regex_emit(r, "-");
        api_regex_emit_char(r, high);
    }

    return 1;
}
