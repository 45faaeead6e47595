
/*
 * api_health: what a load balancer, an orchestrator or a person asks.
 */


#ifndef API_HTTP_HEALTH_H
#define API_HTTP_HEALTH_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* of a location */
typedef struct {
    unsigned                    here:1;
    unsigned                    ready:1;     /* or live */
    unsigned                    always:1;    /* details */
    ngx_http_complex_value_t   *details;     /* a variable that says so; or
                                                NULL */
} api_http_health_loc_conf_t;

extern ngx_module_t  ngx_http_api_health_module;


/* content handler of its location */
ngx_int_t api_http_health_handler(ngx_http_request_t *r);


#endif /* API_HTTP_HEALTH_H */
