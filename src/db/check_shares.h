
/*
 * Which statements may share a transaction with those of other requests
 * (read_batch): the functions they may call are looked up in the catalog.
 */


#ifndef API_DB_CHECK_SHARES_H
#define API_DB_CHECK_SHARES_H


#include "db/check.h"
#include "db/session.h"


/*
 * Sets shares of the statements that were planned.  NGX_OK; NGX_DECLINED: the
 * query failed, why is set; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_db_check_shares(api_db_check_t *check,
    api_db_session_t *s);


#endif /* API_DB_CHECK_SHARES_H */
