
/*
 * The forms that an answer of many rows may have, by Accept.
 */


#ifndef API_HTTP_FORMAT_H
#define API_HTTP_FORMAT_H


#include "http/chapter.h"


/* conf/format sets its module */
extern api_http_chapter_t  api_http_format_chapter;


typedef enum {
    API_HTTP_FORMAT_JSON = 0,
    API_HTTP_FORMAT_CSV,
    API_HTTP_FORMAT_LINES,
    API_HTTP_FORMATS
} api_http_format_e;


typedef struct {
    ngx_uint_t                  offered[API_HTTP_FORMATS];
                                             /* api_http_format_e, the first is
                                                what is answered to who does not
                                                say */
    ngx_uint_t                  n;           /* 0: nobody has said */
    unsigned                    formulas:1;  /* those of CSV are escaped */
    unsigned                    own:1;       /* it stands right here */
    unsigned                    off:1;       /* of a route: its answer is no
                                                rows */
    const ngx_array_t          *names;       /* of a route, of ngx_str_t: the
                                                answer's columns; NULL: nobody
                                                was asked */
    api_place_t                 place;
} api_http_format_loc_conf_t;


/* in postconfiguration of its module, if there is one: Vary */
void api_http_format_filter_init(void);

/*
 * Which of the formats a list of media ranges (RFC 9110, 12.5.1) likes best:
 * index of offered.  NGX_DECLINED: none.
 */
ngx_int_t api_http_format_choose(const ngx_str_t *accept,
    const ngx_uint_t *offered, ngx_uint_t n);


#endif /* API_HTTP_FORMAT_H */
