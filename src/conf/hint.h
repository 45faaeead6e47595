
/*
 * What can be done about a statement that PostgreSQL refuses, where it says
 * less itself.
 */


#ifndef API_CONF_HINT_H
#define API_CONF_HINT_H


#include "check/check.h"


/* offset: of the fault.  hint: PostgreSQL's own, or ours in the pool or static
   memory.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_hint(ngx_pool_t *pool,
    const api_sql_statement_t *sql, const api_check_fault_t *fault,
    size_t offset, ngx_str_t *hint);


#endif /* API_CONF_HINT_H */
