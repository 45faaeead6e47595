
/*
 * An origin as api_cors has it: what browsers send, no more and no less.
 */


#ifndef API_CONF_ORIGIN_H
#define API_CONF_ORIGIN_H


#include "http/cors.h"


/* SCHEME://HOST[:PORT], "*." before the host, or "null"; *origin is zeroed and
   points into the word.  NULL, or the end of a sentence that begins with the
   directive: "names an origin without a host" */
const char *api_conf_origin(const ngx_str_t *word, api_http_origin_t *origin);


#endif /* API_CONF_ORIGIN_H */
