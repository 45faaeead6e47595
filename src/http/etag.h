
/*
 * ETags: versions of what is stored, told with answers and asked for by
 * If-Match; or of an answer's bytes.
 */


#ifndef API_HTTP_ETAG_H
#define API_HTTP_ETAG_H


#include "http/chapter.h"
#include "http/source.h"


/* conf/etag sets its module */
extern api_http_chapter_t  api_http_etag_chapter;

/* $if_match and $if_none_match */
extern const api_http_source_t  api_http_etag_match_source;
extern const api_http_source_t  api_http_etag_none_source;


typedef enum {
    API_HTTP_ETAG_OFF = 0,
    API_HTTP_ETAG_BYTES,       /* of reads a hash of the answer */
    API_HTTP_ETAG_COLUMN
} api_http_etag_e;


/* api_etag */
typedef struct {
    ngx_uint_t                  kind;        /* api_http_etag_e */
    ngx_str_t                   column;
    ngx_int_t                   index;       /* of its $api_row_NAME */
    unsigned                    required:1;  /* writes must say If-Match */
    unsigned                    own:1;       /* it stands right here */
    api_place_t                 place;

    /* of a route */
    unsigned                    hashed:1;    /* its answer is no row: a read is
                                                hashed all the same */
    unsigned                    matches:1;   /* a statement says $if_match */
    unsigned                    nones:1;     /* and one $if_none_match */
} api_http_etag_loc_conf_t;


#endif /* API_HTTP_ETAG_H */
