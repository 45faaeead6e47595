
/*
 * Entity tags as text: RFC 9110, 8.8.3 and 13.1.
 */


#ifndef API_HTTP_ETAG_TEXT_H
#define API_HTTP_ETAG_TEXT_H


#include "http/route.h"


/* what an If-Match names */
typedef struct {
    ngx_array_t       list;        /* of api_json_t, strings, decoded */
    unsigned          any:1;       /* "*" */
} api_http_etags_t;


/* NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_etags_init(ngx_pool_t *pool,
    api_http_etags_t *tags);

/* a line of the header, appended: "*", or a list of tags, in which items may be
   empty.  NGX_OK; NGX_DECLINED: it is none, or there are too many (32) */
API_MUST_CHECK ngx_int_t api_http_etag_read(ngx_pool_t *pool,
    const ngx_str_t *text, api_http_etags_t *tags);

/* a strong tag of any bytes: visible ASCII without quotes stays, the rest, and
   what escapes it, becomes %XX.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_http_etag_write(ngx_pool_t *pool,
    const u_char *text, size_t len, ngx_str_t *tag);


#endif /* API_HTTP_ETAG_TEXT_H */
