
/*
 * Paths as others write them, /users/{id}.
 */


#ifndef API_CONF_BRACES_H
#define API_CONF_BRACES_H


#include "http/route.h"


/*
 * To nginx the first brace of such a path has opened the block of the api_route
 * that is being read.  Tells what to write, reads on to the brace that was
 * meant, and makes path what it should be.  NGX_OK; NGX_DECLINED: it is no such
 * path; NGX_ERROR: memory, or too many faults.
 */
API_MUST_CHECK ngx_int_t api_conf_braces(ngx_conf_t *cf, ngx_str_t *path);


#endif /* API_CONF_BRACES_H */
