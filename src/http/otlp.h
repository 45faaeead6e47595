
/*
 * Spans on their way to a collector: OTLP over HTTP, as JSON.
 *
 * They wait in a ring of the worker's and go in batches, one POST at a time.
 * What a collector has no room for just now comes again; what it refuses, and
 * what finds the ring full, is dropped and counted.  No request waits for any
 * of it.
 */


#ifndef API_HTTP_OTLP_H
#define API_HTTP_OTLP_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "core/core.h"
#include "http/otlp_peer.h"


/* of a span: the ring's room is that of so many such ones */
#define API_OTLP_SPAN       1024
#define API_OTLP_SPAN_MOST  (32 * 1024)  /* of one; a queue has room for two */

/* api_otlp { }; in cf->pool */
typedef struct {
    api_http_otlp_place_t       place;
    ngx_str_t                   head;        /* of the POST, up to the number of
                                                Content-Length */
    ngx_array_t                 pairs;       /* of ngx_str_t: attributes of the
                                                resource and their values */
    ngx_uint_t                  batch;       /* spans */
    ngx_uint_t                  interval;    /* ms */
    ngx_uint_t                  queue;       /* spans */
    ngx_uint_t                  served;      /* server_span on */
} api_http_otlp_conf_t;


/* a worker begins, or ends.  NULL: there is no api_otlp.  NGX_OK, NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_otlp_begin(ngx_cycle_t *cycle,
    const api_http_otlp_conf_t *conf);
void api_http_otlp_end(void);

/* are spans of whole requests made here, and not by another module? */
ngx_uint_t api_http_otlp_serves(void);

/* a span, which is copied; or one that was too large */
void api_http_otlp_add(const u_char *text, size_t len);
void api_http_otlp_lost(void);


#endif /* API_HTTP_OTLP_H */
