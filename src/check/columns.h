
/*
 * What the catalog says of the columns that checked statements write to, and
 * of the CHECK constraints on these columns.
 */


#ifndef API_CHECK_COLUMNS_H
#define API_CHECK_COLUMNS_H


#include "check/check.h"
#include "check/session.h"


/*
 * Fills check->columns, and stored of the statements that were prepared, which
 * are to be prepared again where their tell says so.  NGX_OK; NGX_DECLINED: a
 * query failed, why is set; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_columns(api_check_t *check,
    api_check_session_t *s);

/* and their rules, the same */
API_MUST_CHECK ngx_int_t api_check_columns_rules(api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_COLUMNS_H */
