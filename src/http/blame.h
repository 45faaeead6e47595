
/*
 * Whose fault it is that PostgreSQL has refused a value: the client's, who has
 * sent it and can send another, or ours: what is stored, what the statement
 * says, a default of the route, a variable of nginx's, an earlier row.
 */


#ifndef API_HTTP_BLAME_H
#define API_HTTP_BLAME_H


#include "http/ctx.h"


struct pg_result;              /* PGresult */


/*
 * Of the result of a statement that failed: 1 when no value that this client
 * has sent can be at fault, as far as the server's words and the statement's
 * text tell; else 0, so for whatever is no matter of values.  *step is the
 * statement's, and set to an earlier one's when that is what the server did not
 * take at the commit.
 */
ngx_uint_t api_http_blame_is_ours(api_http_ctx_t *ctx, ngx_uint_t *step,
    const struct pg_result *res);


#endif /* API_HTTP_BLAME_H */
