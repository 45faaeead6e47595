
/*
 * CORS: which pages of other sites may read answers, and what they may send.
 *
 * A preflight is answered behind nginx's own access and limits and before who
 * asks is asked: browsers send none of that with it.
 */


#ifndef API_HTTP_CORS_H
#define API_HTTP_CORS_H


#include "http/chapter.h"


/* conf/cors sets its module; it has no steps and keeps nothing */
extern api_http_chapter_t  api_http_cors_chapter;


/* an origin as written: "https://app.example.com", or with "*." before the
   host, for one or more labels */
typedef struct {
    ngx_str_t                   scheme;      /* "https://"; of "null" empty */
    ngx_str_t                   host;        /* with its port, if any; behind
                                                "*" from the dot on */
    unsigned                    wild:1;
} api_http_origin_t;


/* api_cors, in cf->pool */
typedef struct {
    ngx_array_t                 origins;     /* of api_http_origin_t */
    ngx_str_t                   headers;     /* "X-Trace, X-Page", or empty */
    ngx_str_t                   expose;      /* the same, never empty */
    ngx_str_t                   max_age;     /* in seconds, as text */
    unsigned                    any:1;       /* "*" */
    unsigned                    off:1;
    unsigned                    credentials:1;
    unsigned                    private_network:1;
    api_place_t                 place;
} api_http_cors_t;


typedef struct {
    const api_http_cors_t      *cors;        /* NULL: none */
    ngx_str_t                   headers;     /* that a preflight allows: of a
                                                route its own besides */
} api_http_cors_loc_conf_t;


/* in postconfiguration of its module: the filter of answers */
void api_http_cors_filter_init(void);

/*
 * The answer to a preflight, as alcf->preflight: ctx->allow has the path's
 * methods, or none where no route takes it.  Returns what
 * ngx_http_finalize_request() takes.
 */
API_MUST_CHECK ngx_int_t api_http_cors_preflight(api_http_ctx_t *ctx);

/* does the request come from a page that the location lets use what the
   browser has of the user's (cookies)? */
ngx_uint_t api_http_cors_trusts(ngx_http_request_t *r);


#endif /* API_HTTP_CORS_H */
