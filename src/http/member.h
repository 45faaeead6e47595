
/*
 * Failures of members of the body, which goes into a statement as a whole: what
 * PostgreSQL names is a column.
 */


#ifndef API_HTTP_MEMBER_H
#define API_HTTP_MEMBER_H


#include "http/ctx.h"


/*
 * Adds the failure of the member that is called as the column is; where that is
 * required, one that is absent or null, and known to the schema.  NGX_OK;
 * NGX_DECLINED: there is none, or the body is none of the statement's, or too
 * large to be read again; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_member_fail(const api_http_ctx_t *ctx,
    const api_http_query_t *query, const ngx_str_t *column,
    const api_failure_t *failure, ngx_array_t **failures);

/*
 * The body once more, its tree in the pool; NULL: there is none, it is too
 * large, or memory is short.
 */
const api_json_t *api_http_member_body(const api_http_ctx_t *ctx,
    ngx_pool_t *pool);


#endif /* API_HTTP_MEMBER_H */
