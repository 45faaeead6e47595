
/*
 * Which functions may a text call: a statement, the expressions of its plan, a
 * function's definition?  Every word counts as a name: better too many than
 * one too few, and little of the grammar has to be known.  sql/reach finds out
 * what the words stand for.
 */


#ifndef API_SQL_CALLS_H
#define API_SQL_CALLS_H


#include "core/core.h"


typedef struct {
    ngx_array_t    words;      /* of ngx_str_t in the pool, each once; as
                                  written, and in lower case if that differs */
    unsigned       unsure:1;   /* something is called that no word names, or
                                  that depends on when the transaction began */
    unsigned       blind:1;    /* a function is called that no word names */
    unsigned       session:1;  /* set_config(…), and not for the transaction
                                  alone as far as its third argument tells */
    unsigned       writes:1;   /* it has a word that can begin a change */
    unsigned       dynamic:1;  /* or EXECUTE or PREPARE */
} api_sql_calls_t;


/* NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_sql_calls_init(ngx_pool_t *pool,
    api_sql_calls_t *calls);

/* adds what text (any bytes) may call.  NGX_OK or NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_sql_calls_add(ngx_pool_t *pool,
    api_sql_calls_t *calls, const ngx_str_t *text);


#endif /* API_SQL_CALLS_H */
