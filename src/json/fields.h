
/*
 * An error in the form that clients of Rails, Laravel and RealWorld expect:
 *
 *     {"errors":{"email":["is taken"],"body":["…"]},"message":"…"}
 */


#ifndef API_JSON_FIELDS_H
#define API_JSON_FIELDS_H


#include "core/error.h"


typedef struct {
    ngx_str_t   fields;      /* the member with what is wrong: "errors" */
    ngx_str_t   message;     /* that with a sentence; empty: none */
    ngx_str_t   fallback;    /* what is wrong with no field: "body" */
} api_json_fields_t;


/*
 * Each failing field once, with all its messages: its path in the body, with
 * dots for the slashes of its pointer, or a parameter's name.  around: the only
 * member of the body, which is left out of those paths, or empty.  Without
 * failures the detail, or the status' title, is the fallback's.
 */
void api_json_write_fields(api_buf_t *b, const api_error_t *e,
    const api_json_fields_t *names, const ngx_str_t *around);


#endif /* API_JSON_FIELDS_H */
