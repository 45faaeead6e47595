
/*
 * How a job ended, as the client is told.
 */


#ifndef API_HTTP_OUTCOME_H
#define API_HTTP_OUTCOME_H


#include "http/ctx.h"


/*
 * NGX_OK: the answer in ctx->out stands; NGX_DECLINED: ctx->error says why
 * not; NGX_AGAIN: somebody is asked why not, and the request is resumed when
 * ctx->error and the step's outcome are set; NGX_ERROR.  res and step, the
 * plan's, as in api_db_done_pt.
 */
API_MUST_CHECK ngx_int_t api_http_outcome(api_http_ctx_t *ctx,
    api_db_outcome_e outcome, const struct pg_result *res, ngx_uint_t step);

/* ctx->error for a result of this query beyond api_max_answer; logged */
void api_http_outcome_too_large(api_http_ctx_t *ctx, ngx_uint_t step);

/* ctx->error where nobody knows what became of a write; why is for the log */
void api_http_outcome_in_doubt(api_http_ctx_t *ctx, const char *why);

/* NGX_DECLINED with an error that says when to come again */
API_MUST_CHECK ngx_int_t api_http_outcome_later(api_http_ctx_t *ctx,
    api_error_code_e code, const char *detail);

/* what is forbidden to nobody, somebody may: 401, who are you? */
void api_http_outcome_nobody(api_http_ctx_t *ctx);


#endif /* API_HTTP_OUTCOME_H */
