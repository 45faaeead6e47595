
/*
 * Which functions may a statement call?  Every word of its text and of the
 * expressions in its plan is taken for a name: rather too many than one too
 * few, and nothing of the grammar has to be known.
 */


#ifndef API_SQL_CALLS_H
#define API_SQL_CALLS_H


#include "core/core.h"


typedef struct {
    ngx_array_t    words;      /* of ngx_str_t in the pool, each once; as
                                  written, and in lower case if that differs */
    unsigned       unsure:1;   /* something is called that no word names */
} api_sql_calls_t;


/* NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_sql_calls_init(ngx_pool_t *pool,
    api_sql_calls_t *calls);

/* adds what text (any bytes) may call.  NGX_OK or NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_sql_calls_add(ngx_pool_t *pool,
    api_sql_calls_t *calls, const ngx_str_t *text);


/*
 * Of the names in $1, a text[]: those of a function that may not be called in
 * a transaction that other requests share.  One that is volatile may leave
 * something behind (set_config()); an aggregate of the user's own may call one
 * that is; and what tells the transaction's time or number would tell another
 * request's.  One column of names; NULL: nothing may be called at all, for a
 * cast, an operator or a domain of this database is volatile itself.
 */
extern const char  api_sql_calls_query[];


#endif /* API_SQL_CALLS_H */
