
/*
 * Names that a statement has and the database has not, but in another case:
 * PostgreSQL reads what stands without quotes in lower case, and its own hints
 * do not look further.
 */


#ifndef API_DB_CHECK_CASE_H
#define API_DB_CHECK_CASE_H


#include "db/check.h"
#include "db/session.h"


/* sets the hints of such faults.  NGX_OK; NGX_DECLINED: the session's why;
   NGX_ERROR: memory. */
API_MUST_CHECK ngx_int_t api_db_check_case(api_db_check_t *check,
    api_db_session_t *s);


#endif /* API_DB_CHECK_CASE_H */
