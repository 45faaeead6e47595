
/*
 * Whose work a request is a part of: W3C Trace Context, level 1.
 *
 * What others send is taken by the letter or not at all: a wrong header is no
 * header.
 */


#ifndef API_OBSERVE_TRACEPARENT_H
#define API_OBSERVE_TRACEPARENT_H


#include "core/core.h"


#define API_TRACE_ID     16              /* bytes of a trace's id, */
#define API_TRACE_SPAN   8               /* and of a span's */
#define API_TRACE_TEXT   55              /* of "00-…-…-01" */
#define API_TRACE_STATE  512             /* of a tracestate, at most, */
#define API_TRACE_MEMBERS  32            /* and so many members of it */


/* never zero, neither of them */
typedef struct {
    u_char              trace[API_TRACE_ID];
    u_char              span[API_TRACE_SPAN];
    unsigned            sampled:1;
} api_observe_traceparent_t;


/*
 * The value of a header.  Of a higher version than 00 the part that is known
 * is read, as the standard says: with more behind it, a "-" stands between.
 * NGX_OK, or NGX_DECLINED: it is none, *out is not to be used.
 */
API_MUST_CHECK ngx_int_t api_observe_traceparent_read(const ngx_str_t *text,
    api_observe_traceparent_t *out);

/* 2n lower-case digits; what is behind them */
u_char *api_observe_traceparent_hex(u_char *p, const u_char *bytes, size_t n);

/* API_TRACE_TEXT bytes, without a NUL; what is behind them */
u_char *api_observe_traceparent_write(u_char *p,
    const api_observe_traceparent_t *in);

/*
 * A tracestate to be passed on: the members that fit from the left, and the
 * text stands where it stood.  Empty: there are none, or it holds what no
 * header should.
 */
void api_observe_traceparent_state(ngx_str_t *text);


#endif /* API_OBSERVE_TRACEPARENT_H */
