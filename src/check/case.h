
/*
 * Names in a statement that the database has only in another case: PostgreSQL
 * folds what is not quoted to lower case, and its own hints do not look
 * further.
 */


#ifndef API_CHECK_CASE_H
#define API_CHECK_CASE_H


#include "check/check.h"
#include "check/session.h"


/* sets the hints of such faults.  NGX_OK; NGX_DECLINED: the session's why;
   NGX_ERROR: memory. */
API_MUST_CHECK ngx_int_t api_check_case(api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_CASE_H */
