
/*
 * Values into the text PostgreSQL reads.
 */


#ifndef API_SQL_BIND_H
#define API_SQL_BIND_H


#include "core/core.h"
#include "core/value.h"
#include "json/read.h"


/* of PostgreSQL's arrays: MAXDIM of its array.h */
#define API_SQL_BIND_DIMENSIONS  6


/*
 * An array literal ('{"a","b"}', every item quoted and escaped, NULL
 * items bare, lists as they are) of n values.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_bind_list(ngx_pool_t *pool,
    const api_value_t *items, ngx_uint_t n, api_value_t *out);

/*
 * A JSON value that has passed its rule, as the text of the rule's type:
 * null is NULL; numbers with every digit (1e3 for an int is refused by the
 * schema, not here); a json type (or one without a type) is JSON text again;
 * arrays become array literals, nested ones too.  *out is the pool's, json's
 * or static memory.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_bind_json(ngx_pool_t *pool,
    const api_type_t *type, const api_json_t *json, api_value_t *out);


#endif /* API_SQL_BIND_H */
