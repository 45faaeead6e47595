
/*
 * Privileges that a role lacks and no plan shows: PostgreSQL checks those of a
 * sequence when a number is taken, and makes no plan of CALL.
 */


#ifndef API_CHECK_RIGHTS_H
#define API_CHECK_RIGHTS_H


#include "check/check.h"
#include "check/session.h"


/*
 * Sets the fault of statements that were prepared without one, and lack a
 * privilege.  NGX_OK; NGX_DECLINED: the query failed, why is set; NGX_ERROR:
 * memory.
 */
API_MUST_CHECK ngx_int_t api_check_rights(api_check_t *check,
    api_check_session_t *s);

/*
 * The name of the procedure in CALL name(…), as written; empty when regproc
 * would not read it.  NGX_DECLINED: the statement is not a CALL.
 */
ngx_int_t api_check_call(const api_sql_statement_t *sql, ngx_str_t *name);


#endif /* API_CHECK_RIGHTS_H */
