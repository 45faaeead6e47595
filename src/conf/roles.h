
/*
 * The roles of api_role: a plan each, and what the database says of them.
 */


#ifndef API_CONF_ROLES_H
#define API_CONF_ROLES_H


#include "conf/check.h"


/* the role that each part's plan is for, or NULL */
const ngx_str_t *api_conf_roles_first(const api_http_route_t *route);

/* each part's plans of the roles, when its own is made.  NGX_OK or NGX_ERROR
   (memory) */
API_MUST_CHECK ngx_int_t api_conf_roles_plans(ngx_conf_t *cf,
    api_http_route_t *route);

/* each part's plan has been looked at: what was found out holds for those of
   its roles */
void api_conf_roles_settle(api_http_route_t *route);

/* those of all routes of the database, to be asked for.  NGX_OK or NGX_ERROR
   (memory) */
API_MUST_CHECK ngx_int_t api_conf_roles_ask(ngx_conf_t *cf,
    api_conf_checked_t *c);

/*
 * The route's statements, to be asked: under each role that it may take all of
 * them, one behind the other.  asked: one for each of the database's.  NGX_OK
 * or NGX_ERROR (memory)
 */
API_MUST_CHECK ngx_int_t api_conf_roles_collect(api_check_t *check,
    api_http_route_t *route, api_conf_asked_t *asked);

/* tells of those that cannot be taken, or should not.  NGX_OK; NGX_DECLINED:
   some are faults */
API_MUST_CHECK ngx_int_t api_conf_roles_tell(ngx_conf_t *cf,
    api_conf_checked_t *c);


#endif /* API_CONF_ROLES_H */
