
/*
 * Blocks of "name value;" whose lines become the members of a JSON object, and
 * of "name { … }" for objects in it.
 */


#ifndef API_CONF_MEMBERS_H
#define API_CONF_MEMBERS_H


#include "http/members.h"


/*
 * The block behind the directive that is being read, to its "}".  line is asked
 * about each before it is taken for a member: NGX_DECLINED, it is one; NGX_OK:
 * it was the caller's; NGX_ERROR: told.  NULL: all are members.  NULL: memory,
 * or told.
 */
api_http_members_t *api_conf_members(ngx_conf_t *cf, api_http_route_t *route,
    const char *what, ngx_int_t (*line)(ngx_conf_t *cf, void *data),
    void *data);


#endif /* API_CONF_MEMBERS_H */
