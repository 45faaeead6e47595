
/*
 * The catalog's word on types and tables that checked statements use.
 */


#ifndef API_DB_CHECK_TYPES_H
#define API_DB_CHECK_TYPES_H


#include "db/check.h"
#include "db/session.h"


/*
 * Fills check->types with the types of all parameters and columns and what they
 * stand on; of the statements' scans only those of large tables remain, as
 * "schema.table (about 12345 rows)".  NGX_OK; NGX_DECLINED: the query failed,
 * why is set; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_db_check_types(api_db_check_t *check,
    api_db_session_t *s);


#endif /* API_DB_CHECK_TYPES_H */
