
/*
 * Is what stands for a parameter that is not sent a value of the type that the
 * statement takes there?  PostgreSQL reads it.
 */


#ifndef API_CHECK_DEFAULTS_H
#define API_CHECK_DEFAULTS_H


#include "check/check.h"
#include "check/session.h"


/*
 * Fills unfit of the statements.  NGX_OK; NGX_DECLINED: the connection is lost,
 * why is set; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_defaults(api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_DEFAULTS_H */
