
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
 * 1: perhaps, and it could change something; of GET, HEAD and OPTIONS always 0.
 * origins: of ngx_str_t, "https://app.example.com", whose pages may; or NULL.
 */
ngx_uint_t api_http_cross_site(ngx_http_request_t *r,
    const ngx_array_t *origins);


#endif /* API_HTTP_CROSS_SITE_H */
