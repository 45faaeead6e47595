
/*
 * Whose fault it is that PostgreSQL has refused a value: the client's, who has
 * sent it and can send another, or ours: what is stored, what the statement
 * says, a default of the route, a variable of nginx's, an earlier row.
 */


#ifndef API_HTTP_BLAME_H
#define API_HTTP_BLAME_H


#include "http/ctx.h"
#include "sql/pieces.h"


struct pg_result;              /* PGresult */


typedef struct {
    ngx_uint_t               step;       /* whose fault it is: an earlier
                                            statement's, where that is what the
                                            server did not take at the commit */
    ngx_uint_t               ours;       /* no value that this client has sent
                                            can be at fault, as far as the
                                            server's words and the statement's
                                            text tell; 0 as well for whatever
                                            is no matter of values */
    ngx_uint_t              *named;      /* one a parameter: its value is what
                                            was refused; NULL: it is not known
                                            which.  The pool's */

    /* may more be found out, by computing parts of the statement alone? */
    ngx_uint_t               unsure;
    ngx_uint_t               passed;     /* ours, should none of them fail, */
    ngx_uint_t              *rest;       /* and named then */
    ngx_uint_t               writes;     /* it is a statement that stores, */
    ngx_uint_t               stores;     /* and what does not fit was to be */
    const api_sql_pieces_t  *pieces;     /* they; the pool's */
} api_http_blame_t;


/* of the result of a statement that failed */
void api_http_blame(api_http_ctx_t *ctx, ngx_uint_t step,
    const struct pg_result *res, api_http_blame_t *blame);


#endif /* API_HTTP_BLAME_H */
