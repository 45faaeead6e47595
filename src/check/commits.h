
/*
 * Does the procedure of a CALL end the transaction?  PostgreSQL does not tell,
 * and it may only where nothing else is in the transaction.
 */


#ifndef API_CHECK_COMMITS_H
#define API_CHECK_COMMITS_H


#include "check/check.h"
#include "check/session.h"


/*
 * Sets commits and commits_at of CALLs.
 * NGX_OK; NGX_DECLINED: a query failed, why is set; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_commits(api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_COMMITS_H */
