
/*
 * A statement has failed for a value, and its text does not tell whose: those
 * parts of it that hold what was sent, and nothing that is stored, are computed
 * alone.  One that fails in the same way is the client's; if none does, what is
 * stored or computed with that is at fault.
 *
 * Only then, never before a statement or beside one that is good.
 */


#ifndef API_HTTP_INQUIRE_H
#define API_HTTP_INQUIRE_H


#include "http/blame.h"


/* ours: as in api_http_blame_t; named: the same */
typedef void (*api_http_inquire_pt)(api_http_ctx_t *ctx, ngx_uint_t ours,
    const ngx_uint_t *named);


/*
 * NGX_AGAIN: handler will run, from an event, unless the request ends before;
 * NGX_DECLINED: nobody can be asked.  res is not needed afterwards.
 */
API_MUST_CHECK ngx_int_t api_http_inquire(api_http_ctx_t *ctx,
    const struct pg_result *res, const api_http_blame_t *blame,
    api_http_inquire_pt handler);

/* to be called when the request ends; harmless where nobody was asked */
void api_http_inquire_forget(api_http_ctx_t *ctx);


#endif /* API_HTTP_INQUIRE_H */
