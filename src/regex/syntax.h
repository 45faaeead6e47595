
/*
 * The grammar of ECMA-262 (edition 2024, 22.2.1, with the u flag, without
 * Annex B) to that of PCRE2.  What PCRE2 alone knows is refused, and so is
 * what a browser would only forgive without the flag, as \- or a lone "{".
 *
 * Refused, though later editions have it: flags inside a pattern, one name for
 * two groups.  Different: a character beyond ASCII is taken in the name of a
 * group, whether a letter or not, and \u is not; at most API_REGEX_NAMES
 * groups have one.
 */


#ifndef API_REGEX_SYNTAX_H
#define API_REGEX_SYNTAX_H


#include "core/buf.h"
#include "core/scan.h"


#define API_REGEX_NAMES   64
#define API_REGEX_DEPTH   200      /* groups in groups */
#define API_REGEX_REPEAT  65535    /* PCRE2's greatest {n} */

/*
 * The translation makes a callout at the beginning of each alternative and
 * behind each group and quantifier, so that no way through a pattern is long
 * without one.  The number says what follows until the next callout: at most 1
 * << (number & 31) characters, and whether a backreference is among it.
 */
#define API_REGEX_WEIGHT  0x1f
#define API_REGEX_BACK    0x80


typedef struct {
    const char  *why;        /* "there is nothing to repeat here" */
    size_t       place;      /* bytes before it */
} api_regex_fault_t;


/*
 * NGX_OK, or NGX_DECLINED and *fault.  out may be NULL: then it is only
 * checked.
 */
API_MUST_CHECK ngx_int_t api_regex_translate(const ngx_str_t *pattern,
    api_buf_t *out, api_regex_fault_t *fault);


/* for the files of the grammar */

typedef struct {
    api_scan_t                 scan;
    api_buf_t                 *out;
    api_regex_fault_t         *fault;
    ngx_uint_t                 groups;      /* that capture, in all */
    ngx_uint_t                 nnames;
    ngx_str_t                  names[API_REGEX_NAMES];
    ngx_uint_t                 numbers[API_REGEX_NAMES];
    size_t                     callout;     /* its number in out */
    size_t                     weight;
    unsigned                   back:1;
} api_regex_parser_t;

/* sets the fault, at the cursor; NGX_DECLINED */
API_MUST_CHECK ngx_int_t api_regex_refuse(
    api_regex_parser_t *r, const char *why);

/* regex_emit: does nothing where out is NULL */
void api_regex_emit(api_regex_parser_t *r, const char *text);
void api_regex_emit_char(api_regex_parser_t *r, uint32_t ch);
void api_regex_emit_number(api_regex_parser_t *r, size_t n);

/* a callout; and the weight of the last one, at the end of the pattern */
void api_regex_callout(api_regex_parser_t *r);
void api_regex_weigh(api_regex_parser_t *r);

/* inside brackets, where it is not one character */
#define API_REGEX_NONE  "^\\x{0}-\\x{10ffff}"

/* regex_class: from behind the "[" to behind its "]" */
API_MUST_CHECK ngx_int_t api_regex_class(api_regex_parser_t *r);

/*
 * regex_escape: what follows the "\". Either one character (*ch), or a set
 * (*ch is API_REGEX_SET) that has been emitted, for inside a class or outside.
 */
#define API_REGEX_SET  0xffffffffu

API_MUST_CHECK ngx_int_t api_regex_escape(api_regex_parser_t *r,
    ngx_uint_t in_class, uint32_t *ch);

/*
 * regex_property: what is between the braces of \p{}, as PCRE2 has it between
 * its own; NULL if there is none.  *negate: the complement of it.
 */
typedef struct {
    const char  *prefix;     /* "", "sc:" or "scx:" */
    const char  *name;
    unsigned     negate:1;
} api_regex_property_t;

ngx_uint_t api_regex_property(const ngx_str_t *name,
    const ngx_str_t *value, api_regex_property_t *property);


#endif /* API_REGEX_SYNTAX_H */
