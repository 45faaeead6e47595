
/*
 * The header Server-Timing of api_server_timing, which browsers show: how long
 * a request has waited for a connection, what the database has taken, and all.
 */


#ifndef API_HTTP_SERVER_TIMING_H
#define API_HTTP_SERVER_TIMING_H


#include "http/chapter.h"


/* of a location */
typedef struct {
    ngx_http_complex_value_t   *wanted;      /* NULL, or "off": never */
    unsigned                    here:1;      /* said right here */
} api_http_server_timing_loc_conf_t;

extern ngx_module_t  ngx_http_api_server_timing_module;

/* in its postconfiguration: a header filter.  NGX_OK */
ngx_int_t api_http_server_timing_init(ngx_conf_t *cf);


#endif /* API_HTTP_SERVER_TIMING_H */
