
/*
 * The attributes of the composite types that values are bound by: a copy that
 * no change of the schema touches, and a condition that they are still the
 * same.
 */


#ifndef API_SQL_ATTRIBUTES_H
#define API_SQL_ATTRIBUTES_H


#include "sql/types.h"
#include "core/core.h"


/*
 * Fails (22012) unless each of $1, an array of composite types' OIDs, has the
 * attributes that $2, an array of texts, says.  It is sent after the statement
 * that has read the values, in the same transaction: changes made before that
 * are seen, and later changes do not matter.
 */
extern const char  api_sql_attributes_sql[];

/* with all that it is made of.  NULL: memory */
const api_sql_type_t *api_sql_attributes_copy(ngx_pool_t *pool,
    const api_sql_type_t *type);

/*
 * Appends the composite types that a value of the type is made of, each once,
 * to *list, of const api_sql_type_t *; NULL: none yet.  NGX_OK or NGX_ERROR
 * (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_attributes_add(ngx_pool_t *pool,
    ngx_array_t **list, const api_sql_type_t *type);

/*
 * the values of the condition's parameters, in the pool.  NGX_OK or NGX_ERROR
 * (memory)
 */
API_MUST_CHECK ngx_int_t api_sql_attributes_values(ngx_pool_t *pool,
    const ngx_array_t *list, const char **values);


#endif /* API_SQL_ATTRIBUTES_H */
