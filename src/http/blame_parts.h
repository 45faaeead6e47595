
/*
 * For http/blame and its part about constraints alone.
 */


#ifndef API_HTTP_BLAME_PARTS_H
#define API_HTTP_BLAME_PARTS_H


#include "http/ctx.h"


struct pg_result;              /* PGresult */


typedef struct {
    api_http_ctx_t          *ctx;
    ngx_uint_t               step;
    const api_http_query_t  *query;
    const struct pg_result  *res;
    ngx_str_t                table;     /* that the server names, or empty */
    ngx_pool_t              *pool;      /* gone with the question */
    ngx_uint_t              *uses;      /* one a parameter */
    ngx_uint_t              *inside;    /* the same, of one column */
} api_http_blame_t;


/* each: is the client at fault, when the server has refused … */

/* … a key that is there already, or in conflict with another */
ngx_uint_t api_http_blame_key(api_http_blame_t *b);

/* … a reference: to what is not there, or of what is to go */
ngx_uint_t api_http_blame_reference(api_http_blame_t *b);

/* … a NULL */
ngx_uint_t api_http_blame_null(api_http_blame_t *b);

/* … a row, by a CHECK, a domain or a partition */
ngx_uint_t api_http_blame_rule(api_http_blame_t *b);

/* is a column made of the parameter, as far as sql/target knows? */
ngx_uint_t api_http_blame_is_target(const api_http_blame_t *b, ngx_uint_t n);


#endif /* API_HTTP_BLAME_PARTS_H */
