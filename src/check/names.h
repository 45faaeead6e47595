
/*
 * Is there a constraint of that name?
 */


#ifndef API_CHECK_NAMES_H
#define API_CHECK_NAMES_H


#include "check/check.h"
#include "check/session.h"


/*
 * Fills check->names and sets check->named, in the state that pending
 * migrations leave.  NGX_OK; NGX_DECLINED: a query failed, why is set;
 * NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_names(api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_NAMES_H */
