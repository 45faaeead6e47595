
/*
 * Must the results of a transaction be looked at before its commit?
 */


#ifndef API_CONF_CONFIRM_H
#define API_CONF_CONFIRM_H


#include "http/route.h"


/*
 * 1, 0 or NGX_ERROR (told, or memory).  A single INSERT and its like that
 * affects no row has changed nothing, but in what stands in its WITH; of a
 * SELECT the check says later whether its functions may have.  The part's plan
 * and what its statements say of no row (none=) are settled.
 */
API_MUST_CHECK ngx_int_t api_conf_confirm(ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_part_t *part);


#endif /* API_CONF_CONFIRM_H */
