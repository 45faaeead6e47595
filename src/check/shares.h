
/*
 * Which statements may share a transaction with those of other requests
 * (read_batch), and which may leave something in their session: what they may
 * run is looked up in the catalog (sql/reach.h).
 */


#ifndef API_CHECK_SHARES_H
#define API_CHECK_SHARES_H


#include "check/check.h"
#include "check/session.h"


/*
 * Sets shares, trusted, opaque, dynamic, sticky and recalls of the statements;
 * of those that were not planned nothing is known.  NGX_OK; NGX_DECLINED: the
 * query failed, why is set; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_shares(api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_SHARES_H */
