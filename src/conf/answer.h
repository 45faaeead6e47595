
/*
 * The directive api_status; and the check that a route has exactly one answer.
 */


#ifndef API_CONF_ANSWER_H
#define API_CONF_ANSWER_H


#include "http/route.h"


/* at the end of a route's block, which has exactly one answer */
API_MUST_CHECK ngx_int_t api_conf_answer(ngx_conf_t *cf,
    api_http_route_t *route, ngx_http_conf_ctx_t *ctx);

/* that one is still there. NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_conf_answer_kept(ngx_conf_t *cf,
    const api_http_route_t *route);


#endif /* API_CONF_ANSWER_H */
