
/*
 * One GET of a location of our own, by a worker itself: HTTP through a
 * socketpair, whose other end is a connection like any that nginx has accepted.
 * So TLS, names, caches and timeouts are those of nginx, and the location may
 * be "internal".
 *
 * Such a request passes the server's own "rewrite", "return" and "if", and
 * access steps of ours (http/access); allow, deny, auth_basic and the like of
 * the location hold for it.
 */


#ifndef API_HTTP_SELFGET_H
#define API_HTTP_SELFGET_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "core/core.h"


#define API_HTTP_SELFGET_URI  1024       /* bytes, at most */


/* where to; of the configuration, and const once that is read */
typedef struct {
    ngx_http_core_srv_conf_t   *server;
    ngx_str_t                   uri;         /* with arguments, perhaps */

    ngx_listening_t             listening;   /* of no socket */
    ngx_http_port_t             port;
    ngx_http_in_addr_t          addr;
} api_http_selfget_t;


typedef struct {
    const char                 *why;         /* there is no whole answer: "…",
                                                static; NULL: there is */
    ngx_uint_t                  status;
    ngx_str_t                   body;        /* until done() returns */
    ngx_int_t                   max_age;     /* seconds; -1: it says nothing */
} api_http_selfget_answer_t;


typedef void (*api_http_selfget_done_pt)(void *data,
    const api_http_selfget_answer_t *answer);


/*
 * In postconfiguration.  NGX_OK; NGX_ERROR: the server still has the old
 * "ssl on", *why is the end of a sentence about the location.
 */
API_MUST_CHECK ngx_int_t api_http_selfget_init(ngx_conf_t *cf,
    api_http_selfget_t *get, ngx_http_core_srv_conf_t *server,
    const ngx_str_t *uri, const char **why);

/* in postconfiguration, where there are any.  NGX_OK or NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_http_selfget_phase(ngx_conf_t *cf);

/*
 * NGX_OK: done() will be called once, from an event, within msec, with a body
 * of max bytes at most; NGX_ERROR: it will not (logged), as in a worker that
 * exits.
 */
API_MUST_CHECK ngx_int_t api_http_selfget_start(api_http_selfget_t *get,
    size_t max, ngx_msec_t msec, api_http_selfget_done_pt done, void *data);

/* is a request one of these? */
ngx_uint_t api_http_selfget_is(const ngx_http_request_t *r);


#endif /* API_HTTP_SELFGET_H */
