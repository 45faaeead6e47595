
/*
 * The directive api_header, and how its levels merge.
 */


#ifndef API_CONF_HEADER_H
#define API_CONF_HEADER_H


#include "http/route.h"


/* what flows of api_header: a level's own, and of prev's what it does not
   replace. NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_headers(ngx_conf_t *cf,
    ngx_array_t *prev, ngx_array_t **headers);


#endif /* API_CONF_HEADER_H */
