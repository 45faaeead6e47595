
/*
 * Which directives stand right in a route's block.
 */


#ifndef API_CONF_INSIDE_H
#define API_CONF_INSIDE_H


#include "http/route.h"


/*
 * Our bit beside NGX_HTTP_LOC_CONF while a route's block is read: it says that
 * the block is a route's.  nginx uses none of these bits for a context, and
 * directives of locations stay allowed.  It also keeps "location" from
 * comparing its name with the route's, so that conf/route can say what is
 * wrong.
 */
#define API_CONF_INSIDE  0x00800000


/* NULL in a route's own block, else the end of a sentence that begins with the
   directive's name */
char *api_conf_inside(ngx_conf_t *cf, const api_http_loc_conf_t *alcf);

/* is what is being merged a server's own level, which no request is in? */
ngx_uint_t api_conf_is_server(ngx_conf_t *cf);


#endif /* API_CONF_INSIDE_H */
