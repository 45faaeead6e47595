
#include "http/cross_site.h"
#include "http/headers.h"
#include "core/core.h"


static ngx_uint_t is_listed(const ngx_array_t *origins,
    const ngx_str_t *origin);
static ngx_uint_t is_own_origin(ngx_http_request_t *r,
    const ngx_str_t *origin);


ngx_uint_t
api_http_cross_site(ngx_http_request_t *r, const ngx_array_t *origins)
{
    ngx_table_elt_t  *site, *origin;

    static const ngx_str_t  of_page = ngx_string("Origin");
    static const ngx_str_t  fetch = ngx_string("Sec-Fetch-Site");
    static const ngx_str_t  cookie = ngx_string("Cookie");

    if ((r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_OPTIONS))
        || api_http_headers_sent(r, &cookie) == NULL)
    {
        return 0;
    }

    origin = api_http_headers_sent(r, &of_page);

    if (origin != NULL && is_listed(origins, &origin->value)) {
        return 0;
    }

    site = api_http_headers_sent(r, &fetch);

    if (site != NULL) {
        return !api_str_is(&site->value, "same-origin")
               && !api_str_is(&site->value, "same-site")
               && !api_str_is(&site->value, "none");
    }

    return origin == NULL || !is_own_origin(r, &origin->value);
}


/* scheme and host are the same in any case (RFC 6454, section 4) */

static ngx_uint_t
is_listed(const ngx_array_t *origins, const ngx_str_t *origin)
{
    ngx_str_t   *listed;
    ngx_uint_t   i;

    if (origins == NULL) {
        return 0;
    }

    listed = origins->elts;

    for (i = 0; i < origins->nelts; i++) {

        if (listed[i].len == origin->len
            && ngx_strncasecmp(listed[i].data, origin->data, origin->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* SCHEME://HOST, of the Host header: a proxy in front may have ended TLS */

static ngx_uint_t
is_own_origin(ngx_http_request_t *r, const ngx_str_t *origin)
{
    size_t            len;
    ngx_str_t         host;
    const ngx_str_t  *schemes;
    ngx_uint_t        i;

    static const ngx_str_t  both[] = {
        ngx_string("https://"), ngx_string("http://")
    };

    if (r->headers_in.host == NULL) {
        return 0;
    }

    host = r->headers_in.host->value;
    schemes = both;

    for (i = 0; i < 2; i++) {
        len = schemes[i].len;

        if (origin->len == len + host.len
            && ngx_strncasecmp(origin->data, schemes[i].data, len) == 0
            && ngx_strncasecmp(origin->data + len, host.data, host.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
