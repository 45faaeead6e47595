
/*
 * A span as JSON, by the names of OTLP's protocol: ids as lower-case hex, 64
 * bit numbers as strings.
 *
 * One is begun, given its attributes, ended.  What is too much for the buffer
 * is told once, by api_buf_ok().
 */


#ifndef API_OBSERVE_SPAN_H
#define API_OBSERVE_SPAN_H


#include "core/buf.h"
#include "observe/traceparent.h"


/* as the protocol numbers them */
typedef enum {
    API_SPAN_INTERNAL = 1,
    API_SPAN_SERVER = 2,
    API_SPAN_CLIENT = 3
} api_observe_span_kind_e;


typedef struct {
    const u_char             *trace;     /* API_TRACE_ID bytes */
    const u_char             *span;      /* API_TRACE_SPAN bytes */
    const u_char             *parent;    /* the same; NULL: it has none */
    ngx_str_t                 state;     /* tracestate; empty: none */
    ngx_str_t                 name;      /* as all text here: any bytes */
    api_observe_span_kind_e   kind;
    uint64_t                  begin;     /* µs since 1970 */
    uint64_t                  end;
    unsigned                  sampled:1;
    unsigned                  remote:1;  /* the parent is another process's */
} api_observe_span_t;


void api_observe_span_begin(api_buf_t *b, const api_observe_span_t *span);

/* key: printable ASCII, without quotes or backslashes; what is longer than most
   bytes is cut, never within a character */
void api_observe_span_text(api_buf_t *b, const char *key,
    const ngx_str_t *value, size_t most);
void api_observe_span_number(api_buf_t *b, const char *key, uint64_t value);
void api_observe_span_true(api_buf_t *b, const char *key);

/* failed: its status is ERROR */
void api_observe_span_end(api_buf_t *b, ngx_uint_t failed);


/*
 * What stands before the spans of one message, up to "[", and behind them.
 * service and the pairs (key, value, key, …; n of both) are attributes of the
 * resource.
 */
void api_observe_span_head(api_buf_t *b, const ngx_str_t *pairs, ngx_uint_t n);

#define API_OBSERVE_SPAN_TAIL  "]}]}]}"


#endif /* API_OBSERVE_SPAN_H */
