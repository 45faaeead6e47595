
/*
 * Are there the roles that requests may take, and may the session take them?
 */


#ifndef API_CHECK_ROLES_H
#define API_CHECK_ROLES_H


#include "check/check.h"
#include "check/session.h"


/* check->roles.  NGX_OK; NGX_ERROR: memory, or the server (s->why) */
API_MUST_CHECK ngx_int_t api_check_roles(api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_ROLES_H */
