
/*
 * The body of a request: JSON or a form, and valid by the route's api_body.
 */


#ifndef API_HTTP_BODY_H
#define API_HTTP_BODY_H


#include "http/ctx.h"


/* in init_process.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_body_init(ngx_cycle_t *cycle);

/* in exit_process, first: threads that read bodies read the configuration */
void api_http_body_exit(void);

/* are Content-Type and Content-Encoding what the route takes?  NGX_OK,
   NGX_DECLINED (415 in ctx->error), NGX_ERROR */
API_MUST_CHECK ngx_int_t api_http_body_media_type(api_http_ctx_t *ctx);

/* the step, once nginx has the body.  As a step returns. */
API_MUST_CHECK ngx_int_t api_http_body_step(api_http_ctx_t *ctx);


#endif /* API_HTTP_BODY_H */
