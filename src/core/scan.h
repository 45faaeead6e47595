
/*
 * A cursor over bytes for our small parsers (patterns, types, SQL).
 * It never reads at or behind end; at the end api_scan_peek() is -1.
 */


#ifndef API_CORE_SCAN_H
#define API_CORE_SCAN_H


#include "core/core.h"


typedef struct {
    const u_char  *start;
    const u_char  *pos;
    const u_char  *end;
} api_scan_t;


void api_scan_init(api_scan_t *s, const ngx_str_t *text);

/* the byte n places ahead, or -1 */
int api_scan_peek(const api_scan_t *s, size_t n);

#define api_scan_offset(s)  ((size_t) ((s)->pos - (s)->start))
#define api_scan_done(s)    ((s)->pos >= (s)->end)

/* 1 and behind it when the literal stands here, else 0 and unmoved */
ngx_uint_t api_scan_accept(api_scan_t *s, const char *literal);

/* [A-Za-z_][A-Za-z0-9_]*: 1 and the name, else 0 and unmoved */
ngx_uint_t api_scan_name(api_scan_t *s, ngx_str_t *name);

/* of ASCII; ch is a byte, or the -1 of api_scan_peek() */
ngx_uint_t api_scan_is_name_start(int ch);
ngx_uint_t api_scan_is_name(int ch);
ngx_uint_t api_scan_is_alnum(int ch);


static ngx_inline ngx_uint_t
api_scan_is_alpha(int ch)
{
    return (unsigned) ((ch | 0x20) - 'a') <= 'z' - 'a';
}


static ngx_inline ngx_uint_t
api_scan_is_digit(int ch)
{
    return (unsigned) (ch - '0') <= 9;
}


static ngx_inline ngx_uint_t
api_scan_is_hex(int ch)
{
    return (unsigned) (ch - '0') <= 9 || (unsigned) ((ch | 0x20) - 'a') <= 5;
}


/* what a hex digit stands for, or -1 */
static ngx_inline int
api_scan_hex(int ch)
{
    return !api_scan_is_hex(ch) ? -1
           : ch <= '9' ? ch - '0' : (ch | 0x20) - 'a' + 10;
}


/*
 * the length of "ids" in "ids[]" or "ids[12]", as clients write lists; 0:
 * neither of these
 */
size_t api_scan_brackets(const ngx_str_t *name);

/*
 * Length of the well-formed UTF-8 sequence at p (1 to 4), 0 if it is not one
 * (overlong, surrogate, above U+10FFFF, cut off by end): Unicode 15,
 * table 3-7.
 */
size_t api_scan_utf8(const u_char *p, const u_char *end);

/* the code point of a sequence whose length is known from api_scan_utf8() */
uint32_t api_scan_utf8_char(const u_char *p, size_t len);

/* number of characters; invalid bytes count one each */
size_t api_scan_utf8_length(const u_char *p, const u_char *end);


#endif /* API_CORE_SCAN_H */
