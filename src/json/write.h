
/*
 * JSON text (RFC 8259) into a buffer.
 */


#ifndef API_JSON_WRITE_H
#define API_JSON_WRITE_H


#include "core/buf.h"
#include "core/core.h"
#include "core/error.h"
#include "json/read.h"


/*
 * A string with its quotes.  Escapes the two that must be, every control
 * character (short forms where there are some), U+2028 and U+2029 not.
 * The input is valid UTF-8 (PostgreSQL with client_encoding UTF8 says so);
 * DEL and everything above pass as they are.  Fast: looks for
 * the next special byte 16 at a time where SSE2 exists.
 */
void api_json_write_string(api_buf_t *b, const u_char *data, size_t len);

/* the same for text of unknown origin: each invalid UTF-8 byte is U+FFFD */
void api_json_write_untrusted(api_buf_t *b, const u_char *data, size_t len);

/* a tree as text again: numbers with every digit, no white space */
void api_json_write_value(api_buf_t *b, const api_json_t *json);

/*
 * A problem document (RFC 9457): type (its beginning, ASCII, with the code
 * behind it; empty: "about:blank"), title, status, detail (when there is one),
 * code, request_id, errors[] {in, field, code, keyword
 * (when a schema has said so), message} (when there are some).
 */
void api_json_write_problem(api_buf_t *b, const api_error_t *e,
    const ngx_str_t *type, const ngx_str_t *request_id);


#endif /* API_JSON_WRITE_H */
