
/*
 * The access step: who may not is told so before anything else.
 */


#ifndef API_HTTP_JWT_STEP_H
#define API_HTTP_JWT_STEP_H


#include "http/jwt.h"


/* API_PHASE_ACCESS: a token, if one is demanded, and what api_require says */
API_MUST_CHECK ngx_int_t api_http_jwt_step(api_http_ctx_t *ctx);
void api_http_jwt_forget(api_http_ctx_t *ctx, ngx_uint_t cancel);

/* API_PHASE_INPUT: claims that statements take are values of their types */
API_MUST_CHECK ngx_int_t api_http_jwt_fit(api_http_ctx_t *ctx);

/*
 * The filter: 401 and 403 are kept by nobody, and say what is missing also
 * where nginx's page is sent; what hangs on the token says so.  In
 * postconfiguration.
 */
void api_http_jwt_filter_init(void);


#endif /* API_HTTP_JWT_STEP_H */
