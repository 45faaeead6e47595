
/*
 * For sql/use and its part about what stands beside a parameter alone.
 */


#ifndef API_SQL_USE_PARTS_H
#define API_SQL_USE_PARTS_H


#include "sql/use.h"
#include "sql/words.h"


/* behind "::type", which may be qualified, have a length and be an array; i
   where there is none */
ngx_uint_t api_sql_use_behind_cast(const api_sql_words_t *words,
    ngx_uint_t i);

/* behind one operand: a name, a call, a constant or what is in parentheses,
   with its casts */
ngx_uint_t api_sql_use_operand_end(const api_sql_words_t *words,
    ngx_uint_t i);

/* a character of an operator? */
ngx_uint_t api_sql_use_is_operator(const api_sql_words_t *words,
    ngx_uint_t i);

/* are the words from … to an operator that compares, and no more? */
ngx_uint_t api_sql_use_is_comparison(const api_sql_words_t *words,
    ngx_uint_t from, ngx_uint_t to);

/* is the word at i an argument of a call with words between those, as of
   substring(a FROM b), or one of these words? */
ngx_uint_t api_sql_use_is_spoken(const api_sql_words_t *words, ngx_uint_t i);

/* is the character at i of an operator that compares? */
ngx_uint_t api_sql_use_is_compared(const api_sql_words_t *words,
    ngx_uint_t i);

/* does the name of a column stand there? */
ngx_uint_t api_sql_use_has_stored(const api_sql_words_t *words,
    ngx_uint_t from, ngx_uint_t to);

/* a keyword that an expression begins behind, or that ends one? */
ngx_uint_t api_sql_use_is_edge(const api_sql_words_t *words, ngx_uint_t i);

/* does the parenthesis at i hold the arguments of a call? */
ngx_uint_t api_sql_use_is_call(const api_sql_words_t *words, ngx_uint_t i);

/* is what is made of the word at i read as another type, by a cast of what is
   in parentheses? */
ngx_uint_t api_sql_use_is_read(const api_sql_words_t *words, ngx_uint_t i);

/* of the parameter at i, of which something is made: PURE, APART, RULES */
ngx_uint_t api_sql_use_beside(const api_sql_words_t *words, ngx_uint_t i);

/* is something divided by what a function in FROM makes of the one at i? */
ngx_uint_t api_sql_use_divides_source(const api_sql_words_t *words,
    ngx_uint_t i);

/* is a stored text read as another type anywhere? */
ngx_uint_t api_sql_use_stored(const api_sql_words_t *words);


#endif /* API_SQL_USE_PARTS_H */
