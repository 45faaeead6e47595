
/*
 * Passwords to argon2id in threads: a few at a time, the others in a
 * bounded line.
 */


#ifndef API_HTTP_HASH_H
#define API_HTTP_HASH_H


#include "http/request.h"


/* in init_process.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_hash_init(ngx_cycle_t *cycle);

/* the step: every api_hash_password of the route, one after the other */
API_MUST_CHECK ngx_int_t api_http_hash_step(api_http_ctx_t *ctx);


#endif /* API_HTTP_HASH_H */
