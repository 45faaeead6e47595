
/*
 * Answers that were made and are still in memory: what slow readers, and
 * those who do not read at all, make a worker keep.
 *
 * api_max_unsent bounds their sum in each worker.  Beyond it large ones are
 * refused, before anything is done that could not be taken back: reads when
 * their size is known, writes before they are sent, by what their route has
 * answered lately.  What is as small as nginx's own memory for a request is
 * never refused.
 */


#ifndef API_HTTP_UNSENT_H
#define API_HTTP_UNSENT_H


#include "http/ctx.h"


/* in init_process.  NGX_OK, NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_http_unsent_init(ngx_cycle_t *cycle);

/*
 * Before a request's job is submitted.  NGX_OK: its answer will find room, as
 * far as can be foreseen; NGX_BUSY: it will not (logged).
 */
API_MUST_CHECK ngx_int_t api_http_unsent_admit(api_http_ctx_t *ctx);

/*
 * Before a read's answer of about this size is made: NGX_OK, or NGX_BUSY
 * (logged).  A write's is made in any case: it is committed.
 */
API_MUST_CHECK ngx_int_t api_http_unsent_room(api_http_ctx_t *ctx,
    size_t size);

/* an answer was made, and so much memory is kept for it */
void api_http_unsent_keep(api_http_ctx_t *ctx, size_t size);

/* no answer comes any more, or it has come; harmless twice */
void api_http_unsent_settle(api_http_ctx_t *ctx);

/* the request's memory goes */
void api_http_unsent_free(api_http_ctx_t *ctx);


#endif /* API_HTTP_UNSENT_H */
