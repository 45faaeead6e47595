
/*
 * The only sender: an answer is opened, written and closed.
 *
 * It knows nginx's request and nothing else, so that whoever answers may use
 * it: rows, CSV, events, what a cache has.
 */


#ifndef API_HTTP_ANSWER_H
#define API_HTTP_ANSWER_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "core/core.h"


/*
 * An answer in one piece, opened, written and closed at once: one buffer and
 * its length, nothing is allocated.  b NULL: no body, and type is not looked
 * at.  Returns what ngx_http_finalize_request() takes.
 */
API_MUST_CHECK ngx_int_t api_http_answer_whole(ngx_http_request_t *r,
    ngx_uint_t status, const ngx_str_t *type, ngx_buf_t *b);


/* ---- in pieces, of which nobody knows yet how long they will be ---- */


typedef struct api_http_answer_s  api_http_answer_t;

typedef void (*api_http_answer_pt)(api_http_answer_t *answer);

/* lives as long as its request */
struct api_http_answer_s {
    /* the writer's, set before it is opened */
    api_http_answer_pt          ready;     /* after NGX_AGAIN: the client has
                                              taken all that was written, and
                                              more may be */
    api_http_answer_pt          gone;      /* the request ends and the answer is
                                              not closed: the client has left,
                                              or reads nothing for so long as
                                              send_timeout; nothing may be
                                              written, the memory goes */
    void                       *data;

    /* http/answer's own */
    ngx_http_request_t         *request;
    ngx_uint_t                  status;
    const ngx_str_t            *type;
    unsigned                    open:1;
    unsigned                    begun:1;   /* its header is on its way */
};


/*
 * Nothing is sent yet: until the first piece an error may still be told.  The
 * writer holds the request's count, as those who read its body do, until it
 * gives what api_http_answer_close() or api_http_answer_fail() returned to
 * ngx_http_finalize_request().  type lives as long as r.  NGX_OK, NGX_ERROR
 * (memory).
 */
API_MUST_CHECK ngx_int_t api_http_answer_open(api_http_answer_t *answer,
    ngx_http_request_t *r, ngx_uint_t status, const ngx_str_t *type);

/*
 * One piece, which is not empty; b and its memory belong to the answer until
 * b->pos is b->last.
 *
 * NGX_OK: more may be written; NGX_AGAIN: the client cannot take more, wait for
 * ready(), which is called from an event, or gone(); NGX_DONE: no more is
 * wanted (HEAD), close it; else: it is over, the value is for
 * ngx_http_finalize_request().
 */
API_MUST_CHECK ngx_int_t api_http_answer_write(api_http_answer_t *answer,
    ngx_buf_t *b);

/*
 * The good end, whether the client has taken all of it or not.  Returns what
 * ngx_http_finalize_request() takes.
 */
API_MUST_CHECK ngx_int_t api_http_answer_close(api_http_answer_t *answer);

/*
 * The bad end.  NGX_DECLINED: nothing has left, the request may be answered
 * with an error; NGX_ERROR: the client has a part, and is told by the end of
 * its connection that this is not all: for ngx_http_finalize_request().
 */
API_MUST_CHECK ngx_int_t api_http_answer_fail(api_http_answer_t *answer);


#endif /* API_HTTP_ANSWER_H */
