
/*
 * The tokens of JSON text, and what jansson does not check about them.
 *
 * jansson knows the grammar; but it loses digits of numbers, accepts a NUL
 * byte behind one, refuses \u0000 in keys, and drops bytes of a string when
 * memory is short.  So the text is walked through once before, to find the
 * faults that jansson would not report, and to replace what it would not
 * accept by something harmless of equal length; and the text of strings and
 * numbers is read from here.
 */


#ifndef API_JSON_SCAN_H
#define API_JSON_SCAN_H


#include "core/core.h"


typedef enum {
    API_JSON_SCAN_END = 0,
    API_JSON_SCAN_STRING,       /* with its quotes, or up to the text's end */
    API_JSON_SCAN_NUMBER,       /* as long as the bytes could belong to one */
    API_JSON_SCAN_WORD,         /* letters */
    API_JSON_SCAN_OPEN,         /* [ or { */
    API_JSON_SCAN_CLOSE,
    API_JSON_SCAN_OTHER         /* a comma, a colon, or a byte that cannot
                                   begin a token */
} api_json_scan_kind_e;


typedef struct {
    api_json_scan_kind_e  kind;
    const u_char         *start;
    const u_char         *end;
} api_json_scan_token_t;


/*
 * The token at p, behind white space.  Whether the token itself is valid is
 * not checked.  Returns its kind.
 */
api_json_scan_kind_e api_json_scan_token(const u_char *p, const u_char *end,
    api_json_scan_token_t *token);


typedef enum {
    API_JSON_FAULT_NONE = 0,
    API_JSON_FAULT_EMPTY,
    API_JSON_FAULT_NUL,
    API_JSON_FAULT_BOM,
    API_JSON_FAULT_UTF8,
    API_JSON_FAULT_SURROGATE,
    API_JSON_FAULT_NUMBER,
    API_JSON_FAULT_DEPTH,
    API_JSON_FAULT_VALUES
} api_json_fault_e;


/*
 * Well-formed UTF-8 without a NUL or a byte order mark, and not white space
 * alone.  Of a fault *place says where.
 */
api_json_fault_e api_json_scan_bytes(const u_char *text, size_t len,
    const u_char **place);

/*
 * Checks the same of text[0..len), and more, and rewrites it in place for
 * jansson: a number becomes "0" and spaces, \u0000 in a key \ufdd0 (which is no
 * character: Unicode 15, 23.7; a key that really has it is the same key to
 * jansson then).  Lengths stay, so places do.  Depth counts arrays and objects:
 * the outermost is 1.  Of a fault *place says where.
 */
api_json_fault_e api_json_scan_prepare(u_char *text, size_t len,
    ngx_uint_t depth, ngx_uint_t values, const u_char **place);

/*
 * Only what jansson has to look at of a prepared text: no white space, and ""
 * for each string that is not a key and has neither an escape nor a control
 * character.  It is JSON if the text is, with as many values in the same
 * order.  out has room for len bytes.  Returns how many it has used.
 */
size_t api_json_scan_skeleton(const u_char *text, size_t len, u_char *out);

/* how many bytes from here stand for themselves in a string: up to a quote, a
   backslash, a control character or the end */
size_t api_json_scan_plain(const u_char *text, const u_char *end);

/* how many an escape has that stands for a character of its own: 2 or 6; 0:
   there is none, it is no escape of JSON, a NUL, or of a surrogate pair */
size_t api_json_scan_escape(const u_char *p, const u_char *end);

/*
 * The bytes of a string token that is known to be one; out has room for as
 * many as the token has, and may be where it stands.  Returns their number.
 */
size_t api_json_scan_decode(const api_json_scan_token_t *token, u_char *out);


#endif /* API_JSON_SCAN_H */
