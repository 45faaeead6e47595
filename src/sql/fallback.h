
/*
 * A rule's default= as a value.
 */


#ifndef API_SQL_FALLBACK_H
#define API_SQL_FALLBACK_H


#include "core/core.h"
#include "core/value.h"


/*
 * For an array type a list as "a,b,c" becomes an array literal ("" is a
 * list of none).  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_fallback(ngx_pool_t *pool,
    const api_rule_t *rule, api_value_t *out);


#endif /* API_SQL_FALLBACK_H */
