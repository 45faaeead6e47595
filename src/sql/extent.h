
/*
 * What an expression is asked when a statement has failed for a value: does it
 * fail in the same way, by itself or when it goes where the server says that
 * something does not fit?
 */


#ifndef API_SQL_EXTENT_H
#define API_SQL_EXTENT_H


#include "core/core.h"


struct pg_result;              /* PGresult */


typedef struct {
    const char  *state;        /* that says yes, and the server's function that
                                  raises it; the pool's */
    const char  *place;
    ngx_str_t    before;       /* what stands around the expression */
    ngx_str_t    behind;
    unsigned     casts:1;      /* it is cast to what does not take it, and may
                                  be no such thing at all */
} api_sql_extent_t;


/*
 * Of a statement's error.  writes: it stores something, and what is computed
 * may have been too large for that.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_extent(ngx_pool_t *pool,
    const struct pg_result *res, ngx_uint_t writes, api_sql_extent_t *extent);

/* the question, NUL behind.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_sql_extent_ask(ngx_pool_t *pool,
    const api_sql_extent_t *extent, const ngx_str_t *expression,
    ngx_str_t *out);


#endif /* API_SQL_EXTENT_H */
