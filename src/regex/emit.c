
#include "regex/syntax.h"


void
api_regex_emit(api_regex_parser_t *r, const char *text)
{
    if (r->out != NULL) {
        api_buf_add(r->out, text, ngx_strlen(text));
    }
}


/* written in a way that means itself both inside a class and outside */

void
api_regex_emit_char(api_regex_parser_t *r, uint32_t ch)
{
    int                 shift;
    static const char   digits[] = "0123456789abcdef";

    if (r->out == NULL) {
        return;
    }

    if (ch < 0x80 && api_scan_is_alnum((int) ch)) {
        api_buf_add_char(r->out, (u_char) ch);
        return;
    }

    api_buf_add_literal(r->out, "\\x{");

    for (shift = 20; shift >= 0; shift -= 4) {
        if (ch >> shift != 0 || shift == 0) {
            api_buf_add_char(r->out, (u_char) digits[(ch >> shift) & 0xf]);
        }
    }

    api_buf_add_char(r->out, '}');
}


void
api_regex_emit_number(api_regex_parser_t *r, size_t n)
{
    if (r->out != NULL) {
        api_buf_add_uint(r->out, n);
    }
}


/*
 * only now it is known what follows the previous callout: it gets its number
 */

void
api_regex_callout(api_regex_parser_t *r)
{
    api_regex_weigh(r);

    r->weight = 0;
    r->back = 0;

    api_regex_emit(r, "(?C");
    r->callout = r->out ? api_buf_len(r->out) : 0;
    api_regex_emit(r, "000)");
}


void
api_regex_weigh(api_regex_parser_t *r)
{
    u_char    *digits;
    unsigned   n;

    if (r->out == NULL || r->callout == 0 || !api_buf_ok(r->out)) {
        return;
    }

    for (n = 0; ((size_t) 1 << n) < r->weight; n++) {
        /* void */
    }

    n |= r->back ? API_REGEX_BACK : 0;

    digits = r->out->start + r->callout;
    digits[0] = (u_char) ('0' + n / 100);
    digits[1] = (u_char) ('0' + n / 10 % 10);
    digits[2] = (u_char) ('0' + n % 10);
}
