
/*
 * ON CONFLICT asks unique indexes and exclusion constraints; PostgreSQL takes
 * none that may be deferred, and says so only when a row is inserted.
 */


#ifndef API_CHECK_CONFLICTS_H
#define API_CHECK_CONFLICTS_H


#include "check/check.h"
#include "check/session.h"
#include "json/read.h"


/* a ModifyTable of the statement's plan.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_check_conflicts_add(api_check_t *check,
    api_check_statement_t *statement, const api_json_t *plan);

/*
 * Fills deferred of the statements.  NGX_OK; NGX_DECLINED: the query failed,
 * why is set; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_conflicts(api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_CONFLICTS_H */
