
/*
 * The connection to a collector: one a worker, kept open, and one POST at a
 * time on it.
 *
 * Nothing here blocks: the name is looked up in a thread, the rest is nginx's
 * events.  A POST takes as long as its time limit, at most.
 */


#ifndef API_HTTP_OTLP_PEER_H
#define API_HTTP_OTLP_PEER_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>

#include "observe/reply.h"


#define API_OTLP_PARTS  6


/* where to; in cf->pool */
typedef struct {
    ngx_str_t                   url;         /* for sentences */
    ngx_str_t                   host;        /* without [], a NUL behind */
    in_port_t                   port;
    ngx_addr_t                 *addrs;       /* of a literal address; or NULL */
    ngx_uint_t                  naddrs;
    ngx_msec_t                  timeout;
#if (NGX_SSL)
    ngx_ssl_t                  *ssl;         /* NULL: without TLS */
    unsigned                    verify:1;
#endif
} api_http_otlp_place_t;

/*
 * How it ended: why is NULL and reply what was answered, or why is the end of a
 * sentence, err errno or 0.  Valid during the call only.
 */
typedef void (*api_http_otlp_done_pt)(const api_observe_reply_t *reply,
    const char *why, ngx_err_t err);


/* in init_process of a worker */
void api_http_otlp_peer_init(const api_http_otlp_place_t *place,
    api_http_otlp_done_pt done);

/*
 * The request, in up to API_OTLP_PARTS pieces, which stay where they are until
 * done() is called, never inside this call.  Only when none is under way.
 */
void api_http_otlp_peer_post(const ngx_str_t *parts, ngx_uint_t n);

/* whatever is under way ends without done() */
void api_http_otlp_peer_close(void);


#endif /* API_HTTP_OTLP_PEER_H */
