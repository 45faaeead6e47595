
/*
 * Values that no statement reads, but a directive does: api_answer { } and its
 * like.  Each is a $name as in a statement, of the same sources.
 *
 * To a source a reader is one more query behind those there are: its "step" is
 * route->queries.nelts + reader->index.
 */


#ifndef API_HTTP_READER_H
#define API_HTTP_READER_H


#include "http/ctx.h"


/* the n-th value: text, or null.  out is zeroed here.  NGX_OK or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_http_reader_value(api_http_ctx_t *ctx,
    const api_http_reader_t *reader, ngx_uint_t n, api_value_t *out);

/* the same appended as JSON, by the type that is known of it; what has none is
   a string.  NGX_OK, NGX_ERROR (memory, or the buffer is full) */
API_MUST_CHECK ngx_int_t api_http_reader_json(api_http_ctx_t *ctx,
    const api_http_reader_t *reader, ngx_uint_t n, api_buf_t *out);


#endif /* API_HTTP_READER_H */
