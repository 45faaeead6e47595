
/*
 * What is next to a parameter in its statement, by the tokens alone: a cast,
 * an operator, LIMIT. i is the parameter's place among the words.
 */


#ifndef API_SQL_BESIDE_H
#define API_SQL_BESIDE_H


#include "sql/words.h"
#include "core/core.h"


/* $a::text or CAST($a AS text) */
ngx_uint_t api_sql_beside_cast(const api_sql_words_t *words, ngx_uint_t i);

/* $a || 'b' */
ngx_uint_t api_sql_beside_joined(const api_sql_words_t *words, ngx_uint_t i);

/* LIMIT $a, where PostgreSQL would round the value */
ngx_uint_t api_sql_beside_bound(const api_sql_words_t *words, ngx_uint_t i);

/*
 * a = $a, a <> $a, a = ANY ($a), a IN ($a): the parameter alone, not a = $a *
 * 2
 */
ngx_uint_t api_sql_beside_equated(const api_sql_words_t *words, ngx_uint_t i);

/* an item of a list, or what is assigned, as it is: (a, $a), SET a = $a */
ngx_uint_t api_sql_beside_alone(const api_sql_words_t *words, ngx_uint_t i);

/* the operator directly before the parameter, or directly behind it; empty:
   there is none */
ngx_str_t api_sql_beside_before(const api_sql_words_t *words, ngx_uint_t i);
ngx_str_t api_sql_beside_behind(const api_sql_words_t *words, ngx_uint_t i);

/* a @> $a or $a <@ a: the parameter may be an item of the other side */
ngx_uint_t api_sql_beside_contained(const api_sql_words_t *words,
    ngx_uint_t i);


#endif /* API_SQL_BESIDE_H */
