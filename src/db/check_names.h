
/*
 * Is there a constraint of that name?
 */


#ifndef API_DB_CHECK_NAMES_H
#define API_DB_CHECK_NAMES_H


#include "db/check.h"
#include "db/session.h"


/*
 * Fills check->names and sets check->named, in the state that pending
 * migrations leave.  NGX_OK; NGX_DECLINED: a query failed, why is set;
 * NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_db_check_names(api_db_check_t *check,
    api_db_session_t *s);


#endif /* API_DB_CHECK_NAMES_H */
