
/*
 * api_query of a location: a statement before those of each of its routes, in
 * their transaction.
 */


#ifndef API_CONF_SHARED_H
#define API_CONF_SHARED_H


#include "http/route.h"


/* a statement of a location: it is read anew for each route, whose names it may
   say */
typedef struct {
    api_http_query_t            read;
    ngx_str_t                   word;        /* its SQL, or its file */
} api_conf_shared_t;


/* does the directive that is being read stand right in a location? */
ngx_uint_t api_conf_shared_is(ngx_conf_t *cf, const api_http_loc_conf_t *alcf);

/* it is the location's; why: what is wrong with its words, or NULL.  Returns as
   a directive's handler does */
char *api_conf_shared(ngx_conf_t *cf, api_http_loc_conf_t *alcf,
    const api_http_query_t *read, const char *why);


#endif /* API_CONF_SHARED_H */
