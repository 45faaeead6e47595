
/*
 * For http/blame and its parts about constraints and values alone.
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
    ngx_uint_t              *named;     /* what was refused, and */
    ngx_uint_t              *suspects;  /* what may have been */
    unsigned                 sure:1;    /* named is certain */
    unsigned                 quotes:1;  /* the server quotes another text */
    unsigned                 several:1; /* statements may have been at fault */
} api_http_case_t;


/* each: is the client at fault, when the server has refused … */

/* … a value, or to divide by zero: named, suspects and sure are set */
ngx_uint_t api_http_blame_value(api_http_case_t *b);
ngx_uint_t api_http_blame_zero(api_http_case_t *b);

/* … a key that is there already, or in conflict with another */
ngx_uint_t api_http_blame_key(api_http_case_t *b);

/* … a reference: to what is not there, or of what is to go */
ngx_uint_t api_http_blame_reference(api_http_case_t *b);

/* … a NULL */
ngx_uint_t api_http_blame_null(api_http_case_t *b);

/* … a row, by a CHECK, a domain or a partition */
ngx_uint_t api_http_blame_rule(api_http_case_t *b);

/* is a column made of the parameter, as far as sql/target knows? */
ngx_uint_t api_http_blame_is_target(const api_http_case_t *b, ngx_uint_t n);

/* is this one, in an INSERT without names by its position? */
ngx_uint_t api_http_blame_is_column(const api_http_case_t *b, ngx_uint_t n,
    const ngx_str_t *column);


#endif /* API_HTTP_BLAME_PARTS_H */
