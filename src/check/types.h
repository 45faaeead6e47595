
/* What the catalog says of types and tables that checked statements use. */


#ifndef API_CHECK_TYPES_H
#define API_CHECK_TYPES_H


#include "check/check.h"
#include "check/session.h"


/*
 * Fills check->types with the types of all parameters and columns and what
 * these are made of; of the statements' scans only large tables remain, as
 * "schema.table (about 12345 rows)". NGX_OK; NGX_DECLINED: the query failed,
 * why is set; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_check_types(api_check_t *check,
    api_check_session_t *s);


#endif /* API_CHECK_TYPES_H */
