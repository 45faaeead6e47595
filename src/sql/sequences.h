
/*
 * Which sequences does a plan take numbers from?  A column's default is not in
 * the statement, but EXPLAIN (VERBOSE) shows it.
 */


#ifndef API_SQL_SEQUENCES_H
#define API_SQL_SEQUENCES_H


#include "core/core.h"


/*
 * Adds to names (of ngx_str_t) the sequences in text, an expression as EXPLAIN
 * writes it (any bytes): "nextval('public.a'::regclass)" is public.a, as
 * regclass itself is written.  Those of identity columns are not among them:
 * they ask for no privilege of their own, and EXPLAIN leaves out the cast.
 * NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_sequences_add(ngx_pool_t *pool,
    ngx_array_t *names, const ngx_str_t *text);

/*
 * Does an expression as EXPLAIN writes it (any bytes) call nextval() or
 * setval(), which no read-only transaction may?  What stands in quotes is no
 * call.
 */
ngx_uint_t api_sql_sequences_moved(const ngx_str_t *text);


#endif /* API_SQL_SEQUENCES_H */
