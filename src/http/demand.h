
/*
 * api_check: what a row must say, or the request ends.
 *
 * A check is asked in its place among the statements: with the result of the
 * one above it, before the one below is sent, in their transaction, which is
 * rolled back where it does not hold.  Where a step stands between two
 * transactions (see conf/part) and the check behind that, it is a step as well.
 */


#ifndef API_HTTP_DEMAND_H
#define API_HTTP_DEMAND_H


#include "http/ctx.h"
#include "http/step.h"


/* the checks right below the n-th query, whose result is kept.  NGX_OK;
   NGX_DECLINED: ctx->error is set; NGX_ERROR */
API_MUST_CHECK ngx_int_t api_http_demand_with(api_http_ctx_t *ctx,
    ngx_uint_t n);

/* those between the transactions, at the place that the request has come to */
extern const api_http_step_t  api_http_demand_step;


#endif /* API_HTTP_DEMAND_H */
