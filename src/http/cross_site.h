
/*
 * Has another site's page made this request?  A browser sends a cookie with
 * whatever request a page makes, another site's page, too.  It says itself
 * whose page it was: Sec-Fetch-Site (Fetch Metadata, section 2.4); an older one
 * Origin.
 */


#ifndef API_HTTP_CROSS_SITE_H
#define API_HTTP_CROSS_SITE_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * 1: perhaps it has, and the request could change something; 0: no, and always
 * for GET, HEAD and OPTIONS, and without a cookie: the browser has sent nothing
 * by itself then.  origins: of ngx_str_t, "https://app.example.com": sites
 * whose pages may; or NULL.
 */
ngx_uint_t api_http_cross_site(ngx_http_request_t *r,
    const ngx_array_t *origins);


#endif /* API_HTTP_CROSS_SITE_H */
