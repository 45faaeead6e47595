
/*
 * Which types a checked statement's parameters are told: those that PostgreSQL
 * asks for, and those it has inferred otherwise (sql/trial), if the statement
 * is as good with them.
 */


#ifndef API_CHECK_TOLD_H
#define API_CHECK_TOLD_H


#include "check/check.h"


struct pg_result;              /* PGresult */


/*
 * It is prepared and described, its OIDs are known.  again is set when it
 * should be prepared once more, with what is to be tried.  NGX_OK; NGX_ERROR:
 * memory.
 */
API_MUST_CHECK ngx_int_t api_check_told(api_check_t *check,
    api_check_statement_t *statement);

/*
 * It could not be prepared.  NGX_OK: again is set; NGX_DECLINED: that is no way
 * out; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_told_refused(api_check_t *check,
    api_check_statement_t *statement, const struct pg_result *res);


#endif /* API_CHECK_TOLD_H */
