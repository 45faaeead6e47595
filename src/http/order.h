
/*
 * The order of a request: the core's steps, and the lists that routes make of
 * them and of the chapters' steps.
 */


#ifndef API_HTTP_ORDER_H
#define API_HTTP_ORDER_H


#include "http/step.h"


/*
 * The steps from one phase to another that a location uses.  *steps is NULL
 * where there are none.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_order_make(ngx_conf_t *cf, void **loc_conf,
    api_http_phase_e first, api_http_phase_e last,
    const api_http_steps_t **steps);


#endif /* API_HTTP_ORDER_H */
