
/*
 * Is a column that PostgreSQL names a member of the body, which goes into a
 * statement as a whole?
 */


#ifndef API_HTTP_MEMBER_H
#define API_HTTP_MEMBER_H


#include "http/ctx.h"


/* an object's; null: is it absent or null, and known to the schema? */
ngx_uint_t api_http_member(const api_http_ctx_t *ctx, const ngx_str_t *column,
    ngx_uint_t null);


#endif /* API_HTTP_MEMBER_H */
