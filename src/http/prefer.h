
/*
 * Prefer (RFC 7240): what a client would like, where api_prefer lets it.
 */


#ifndef API_HTTP_PREFER_H
#define API_HTTP_PREFER_H


#include "http/chapter.h"


/* conf/prefer sets its module */
extern api_http_chapter_t  api_http_prefer_chapter;


/* bits: what is obeyed */
#define API_HTTP_PREFER_OFF           0x01     /* nothing, whatever is around */
#define API_HTTP_PREFER_RETURN        0x02
#define API_HTTP_PREFER_MAX_AFFECTED  0x04
#define API_HTTP_PREFER_TX            0x08


typedef struct {
    ngx_uint_t                  allowed;     /* of those bits; 0: nobody has
                                                said */
    api_place_t                 place;
} api_http_prefer_loc_conf_t;


/* in postconfiguration of its module, if there is one: Vary of reads */
void api_http_prefer_filter_init(void);


#endif /* API_HTTP_PREFER_H */
