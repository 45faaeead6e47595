
/*
 * api_answer raw: a column's bytes as the answer, of whatever type.
 */


#ifndef API_HTTP_RAW_H
#define API_HTTP_RAW_H


#include "http/chapter.h"


/* its module stands in conf/raw */
extern api_http_chapter_t  api_http_raw_chapter;


/* of a route's location */
typedef struct {
    api_http_reader_t          *data;        /* NULL: none */
    api_http_reader_t          *type;        /* NULL: it is a constant, */
    ngx_str_t                   constant;
    api_http_reader_t          *name;        /* of a file; NULL: none */
    unsigned                    inline_:1;   /* to be shown, not saved */
    api_place_t                 place;
} api_http_raw_loc_conf_t;


/* the step behind the statements */
API_MUST_CHECK ngx_int_t api_http_raw(api_http_ctx_t *ctx);

/* is it type/subtype with its parameters, and fit for a header? */
ngx_uint_t api_http_raw_is_type(const ngx_str_t *text);


#endif /* API_HTTP_RAW_H */
