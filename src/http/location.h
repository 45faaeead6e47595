
/*
 * Which location nginx chooses for a path: the search of its find-config phase
 * (longest prefix, then regular expressions in their order unless "^~" or "="
 * forbids, nested locations), without taking the choice.
 *
 * Source: ngx_http_core_find_location() and _find_static_location() of
 * ngx_http_core_module.c, which are static there.
 */


#ifndef API_HTTP_LOCATION_H
#define API_HTTP_LOCATION_H


#include "http/route.h"


typedef struct {
    void                      **loc_conf;   /* of the location; the server's
                                               where there is none */
    void                      **under;      /* of a redirect: of the location
                                               there would be without it */
    ngx_http_core_loc_conf_t   *shield;     /* the server's own location whose
                                               "^~" has kept its expressions
                                               from being asked, or NULL */
    unsigned                    redirect:1; /* the path lacks the location's
                                               last "/": nginx adds it */
    unsigned                    unasked:1;  /* the server's expressions, for
                                               the shield or the redirect */
} api_http_location_t;


/*
 * For r->uri, from r->loc_conf, which stays as it is.  As in nginx the
 * captures of an expression that fits are r's afterwards.  NGX_OK; NGX_ERROR:
 * memory, or an expression that fails (logged).
 */
API_MUST_CHECK ngx_int_t api_http_location_find(ngx_http_request_t *r,
    api_http_location_t *found);

/*
 * Asks those expressions.  NGX_OK: *found is of the one that fits;
 * NGX_DECLINED: none does; NGX_ERROR as above.
 */
API_MUST_CHECK ngx_int_t api_http_location_ask(ngx_http_request_t *r,
    api_http_location_t *found);


#endif /* API_HTTP_LOCATION_H */
