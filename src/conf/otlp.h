
/*
 * api_otlp { }: where spans go, how many at a time, by which name.
 */


#ifndef API_CONF_OTLP_H
#define API_CONF_OTLP_H


#include "http/otlp.h"


/* the block behind the directive that is being read.  NULL: a fault, told. */
api_http_otlp_conf_t *api_conf_otlp_block(ngx_conf_t *cf);


#endif /* API_CONF_OTLP_H */
