
/*
 * The check's session, once migrations are rehearsed.
 */


#ifndef API_CHECK_SETTLE_H
#define API_CHECK_SETTLE_H


#include "check/check.h"
#include "check/session.h"
#include "core/core.h"


/*
 * In the transaction that is open: as a worker's session will begin.  A
 * migration may have left settings and tables behind that another session would
 * not find, and altered what it begins with.  Plans are made without the
 * values, so that nothing is computed for them, and the transaction could not
 * write if anything was.  Behind it stands the savepoint api_check.
 *
 * NGX_OK; NGX_ERROR: why is set.
 */
API_MUST_CHECK ngx_int_t api_check_settle(const api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_SETTLE_H */
