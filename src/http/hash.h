
/*
 * Passwords to argon2id in threads that stand back: fewer at a time than there
 * are processors, the others in a bounded line.
 */


#ifndef API_HTTP_HASH_H
#define API_HTTP_HASH_H


#include "http/ctx.h"


/* in init_module: the workers hash together no more than there are processors
   but one */
void api_http_hash_share(ngx_cycle_t *cycle);

/* in init_process.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_hash_init(ngx_cycle_t *cycle);

/* the step: every api_hash_password of the route, one after the other */
API_MUST_CHECK ngx_int_t api_http_hash_step(api_http_ctx_t *ctx);


#endif /* API_HTTP_HASH_H */
