
/*
 * What every answer of an API location gets, whoever made it: its api_header,
 * for a 401 WWW-Authenticate, and for nginx's own error pages problem+json in
 * their place, of subrequests, too.  In which order modules were loaded makes
 * no difference: pages are met before the filters of all others, those headers
 * behind them.
 */


#ifndef API_HTTP_FILTER_H
#define API_HTTP_FILTER_H


#include "http/route.h"


/* in postconfiguration; ./config says where that is.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_filter_init(ngx_conf_t *cf);

/*
 * JSON is UTF-8 and has no parameter "charset" (RFC 8259, 11), whatever the
 * directive of that name says: of answers and of problems.  Before nginx's
 * filter they have one, so that it lets them be; this, in postconfiguration of
 * a module that stands behind it, takes it away.  NGX_OK or NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_filter_charset_init(ngx_conf_t *cf);

/* in init_module, when all filters are there.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_filter_top(ngx_cycle_t *cycle);


#endif /* API_HTTP_FILTER_H */
