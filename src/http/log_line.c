
#include "http/log_line.h"
#include "http/request_id.h"
#include "http/trace.h"


static u_char *write_line(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf, size_t len);
static api_http_ctx_t *ctx_of(ngx_http_request_t *r);
static u_char *write_ids(api_http_ctx_t *ctx, u_char *p, u_char *last);


/* nginx's own, which is static there */
static ngx_http_log_handler_pt  next_line;

/* an id is being written: what goes wrong with it is logged without one */
static ngx_uint_t  busy;


void
api_http_log_line(ngx_http_request_t *r)
{
    r = r->main;

    if (r->log_handler != write_line) {
        next_line = r->log_handler;
        r->log_handler = write_line;
    }
}


static u_char *
write_line(ngx_http_request_t *r, ngx_http_request_t *sr, u_char *buf,
    size_t len)
{
    u_char          *p, *last;
    api_http_ctx_t  *ctx;

    p = buf;
    last = buf + len;

    ctx = ctx_of(sr != NULL ? sr : r);

    if (ctx == NULL) {
        ctx = ctx_of(r);
    }

    if (ctx != NULL && !busy) {
        busy = 1;
        p = write_ids(ctx, p, last);
        busy = 0;
    }

    return next_line(r, sr, p, (size_t) (last - p));
}


/* NULL: it has met no API */

static api_http_ctx_t *
ctx_of(ngx_http_request_t *r)
{
    return api_http_ctx_met(r) ? api_unconst(api_http_ctx_seen(r)) : NULL;
}


/* all that a line says of whose it is */

static u_char *
write_ids(api_http_ctx_t *ctx, u_char *p, u_char *last)
{
    u_char                   id[2 * API_TRACE_ID];
    const api_http_trace_t  *trace;

    p = ngx_slprintf(p, last, ", request_id: %V", api_http_request_id(ctx));

    trace = api_http_trace_seen(ctx->request);

    if (trace == NULL) {
        return p;
    }

    (void) ngx_hex_dump(id, api_unconst(trace->own.trace), API_TRACE_ID);

    return ngx_slprintf(p, last, ", trace_id: %*s", sizeof(id), id);
}
