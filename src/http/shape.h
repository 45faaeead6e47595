
/*
 * The form of errors: problem documents (RFC 9457), or the failing fields with
 * their messages; and the types of problems.
 */


#ifndef API_HTTP_SHAPE_H
#define API_HTTP_SHAPE_H


#include "http/chapter.h"
#include "json/fields.h"


/* its module stands in conf/shape */
extern api_http_chapter_t  api_http_shape_chapter;


/* of a location, merged */
typedef struct {
    const api_json_fields_t    *fields;      /* NULL: problems */
    ngx_str_t                   type;        /* what their type begins with;
                                                empty: about:blank */
    unsigned                    fields_given:1;  /* right here */
    unsigned                    type_given:1;
} api_http_shape_loc_conf_t;


/* ctx->error appended, in the form of the request's location */
void api_http_shape_write(api_http_ctx_t *ctx, api_buf_t *out);

/* and its Content-Type; static memory */
const ngx_str_t *api_http_shape_type(const ngx_http_request_t *r);


#endif /* API_HTTP_SHAPE_H */
