
/*
 * What every answer of an API location gets, whoever made it: X-Request-Id,
 * and for nginx's own error pages problem+json in their place.
 */


#ifndef API_HTTP_FILTER_H
#define API_HTTP_FILTER_H


#include "http/conf.h"


/* in postconfiguration.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_filter_init(ngx_conf_t *cf);


#endif /* API_HTTP_FILTER_H */
