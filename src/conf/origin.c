
#include "conf/origin.h"


#define HTTPS  "https://"
#define HTTP   "http://"


static const char *cut_port(const api_http_origin_t *origin, ngx_str_t *host);
static const char *check_host(const ngx_str_t *host, ngx_uint_t wild);
static const char *check_port(const api_http_origin_t *origin,
    const ngx_str_t *port);


const char *
api_conf_origin(const ngx_str_t *word, api_http_origin_t *origin)
{
    u_char      *p, *last;
    ngx_str_t    host;
    const char  *why;

    if (api_str_is(word, "null")) {
        origin->host = *word;
        return NULL;
    }

    last = word->data + word->len;
    p = ngx_strnstr(word->data, "://", word->len);

    if (p == NULL || p == word->data) {
        return "names origins as browsers do, scheme and host: "
               "https://app.example.com";
    }

    origin->scheme.data = word->data;
    origin->scheme.len = (size_t) (p + 3 - word->data);

    host.data = p + 3;
    host.len = (size_t) (last - host.data);

    for (p = host.data; p < last; p++) {
        if (ngx_strchr("/?#@$", *p) != NULL) {
            return "names origins, which have no path, no user and no "
                   "variable: end it behind the host, without a slash";
        }
    }

    origin->wild = (host.len >= 2 && ngx_memcmp(host.data, "*.", 2) == 0);

    if (origin->wild) {
        host.data++;
        host.len--;
    }

    origin->host = host;

    why = cut_port(origin, &host);

    return why != NULL ? why : check_host(&host, origin->wild);
}


/* of the host behind it; digits in the brackets of an IPv6 address are none */

static const char *
cut_port(const api_http_origin_t *origin, ngx_str_t *host)
{
    u_char     *p;
    ngx_str_t   port;

    p = host->data + host->len;

    while (p > host->data && p[-1] >= '0' && p[-1] <= '9') {
        p--;
    }

    if (p == host->data || p[-1] != ':') {
        return NULL;
    }

    port.data = p;
    port.len = (size_t) (host->data + host->len - p);
    host->len = (size_t) (p - 1 - host->data);

    return check_port(origin, &port);
}


static const char *
check_host(const ngx_str_t *host, ngx_uint_t wild)
{
    u_char  ch;
    size_t  i;

    if (host->len < 1 + wild) {
        return "names an origin without a host";
    }

    if (host->data[0] == '[' && host->data[host->len - 1] == ']') {
        return NULL;
    }

    for (i = 0; i < host->len; i++) {
        ch = host->data[i];

        if (ch == '*') {
            return "takes a * for labels in front of a host only, as in "
                   "https://*.example.com";
        }

        if (ch >= 0x80) {
            return "names a host that browsers write in ASCII: its xn-- form "
                   "is wanted";
        }

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
              || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_'
              || ch == '.'))
        {
            return "names a host that no browser would";
        }
    }

    return NULL;
}


static const char *
check_port(const api_http_origin_t *origin, const ngx_str_t *port)
{
    ngx_int_t  n;

    n = ngx_atoi(port->data, port->len);

    if (n == NGX_ERROR || n == 0 || n > 65535 || port->data[0] == '0') {
        return "names a port that is none";
    }

    if ((n == 443 && api_str_is(&origin->scheme, HTTPS))
        || (n == 80 && api_str_is(&origin->scheme, HTTP)))
    {
        return "names the port that the scheme has anyway: browsers leave it "
               "out of an origin, and it would never fit";
    }

    return NULL;
}
