
/*
 * What a collector answers to a POST: HTTP/1, byte for byte as it comes, of
 * which the status matters and little else.  Whoever answers is not trusted:
 * everything has a bound.
 */


#ifndef API_OBSERVE_REPLY_H
#define API_OBSERVE_REPLY_H


#include "core/core.h"


#define API_REPLY_HEAD   (16 * 1024)     /* bytes, of all headers */
#define API_REPLY_LINE   256             /* of a line: what is kept */
#define API_REPLY_BODY   (1024 * 1024)   /* of the body, */
#define API_REPLY_KEPT   2048            /* and what is kept of it */
#define API_REPLY_AFTER  300             /* s, of Retry-After */


typedef enum {
    API_REPLY_STATUS = 0,
    API_REPLY_HEADERS,
    API_REPLY_LENGTH,                    /* a body of a known length */
    API_REPLY_CLOSE,                     /* one that ends with the connection */
    API_REPLY_SIZE,                      /* of a chunk */
    API_REPLY_CHUNK,
    API_REPLY_BEHIND,                    /* the line break behind it */
    API_REPLY_TRAILER,
    API_REPLY_DONE
} api_observe_reply_state_e;


typedef struct {
    ngx_uint_t                 status;   /* 0: not known yet */
    ngx_uint_t                 after;    /* s, of Retry-After; 0: none */
    size_t                     n;        /* of kept */
    u_char                     kept[API_REPLY_KEPT];
    unsigned                   keeps:1;  /* the connection may be used again */

    /* the reader's */
    unsigned                   chunked:1;
    unsigned                   sized:1;
    api_observe_reply_state_e  state;
    size_t                     head;     /* bytes of headers so far, */
    size_t                     body;     /* and of the body */
    size_t                     left;
    size_t                     nline;
    u_char                     line[API_REPLY_LINE];
} api_observe_reply_t;


void api_observe_reply_init(api_observe_reply_t *reply);

/* NGX_AGAIN: more is to come; NGX_OK: that was all; NGX_ERROR: it is no answer,
   too long, or something stands behind it */
API_MUST_CHECK ngx_int_t api_observe_reply_read(api_observe_reply_t *reply,
    const u_char *data, size_t len);

/* the connection has ended.  NGX_OK: so has the answer; NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_observe_reply_end(
    const api_observe_reply_t *reply);

/* of a collector that has taken a message but for some of its spans: how many,
   as {"partialSuccess":{"rejectedSpans":"3"}} says; 0: all were taken */
ngx_uint_t api_observe_reply_rejected(const api_observe_reply_t *reply);


#endif /* API_OBSERVE_REPLY_H */
