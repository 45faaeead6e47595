
/*
 * Makes the check's session, once migrations are rehearsed, like a worker's.
 */


#ifndef API_CHECK_SETTLE_H
#define API_CHECK_SETTLE_H


#include "check/check.h"
#include "check/session.h"
#include "core/core.h"


/*
 * In the open transaction: everything is as when a worker's session begins.  A
 * migration may have left settings and tables that another session would not
 * find, and altered what a session begins with.  Plans are made without
 * values, so that nothing is computed for them, and the transaction cannot
 * write.  The savepoint api_check follows.
 *
 * NGX_OK; NGX_ERROR: why is set.
 */
API_MUST_CHECK ngx_int_t api_check_settle(const api_check_t *check,
    api_check_session_t *s);

/*
 * Before each statement, behind that savepoint: what is left of the time for
 * all locks (a table that somebody holds would make each statement wait for
 * itself); and the same with the role $1.
 */
extern const char  api_check_settle_patience[];
extern const char  api_check_settle_role[];


#endif /* API_CHECK_SETTLE_H */
