
/*
 * What the parameters and the body have wrong, in one answer.
 */


#ifndef API_HTTP_FAULTS_H
#define API_HTTP_FAULTS_H


#include "http/ctx.h"


/* the 400 for parameters: of api_failure_t, into ctx->error */
void api_http_faults_refuse(api_http_ctx_t *ctx, ngx_array_t *failures);

/*
 * The parameters are wrong, as ctx->error says.  NGX_OK: a body comes that can
 * be looked at first, or it is not sure yet, and ctx->wrong keeps them;
 * NGX_DECLINED: the error stands; NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_faults_keep(api_http_ctx_t *ctx);

/* the step of the body; with ctx->wrong it never is NGX_OK */
API_MUST_CHECK ngx_int_t api_http_faults_body(api_http_ctx_t *ctx);


#endif /* API_HTTP_FAULTS_H */
