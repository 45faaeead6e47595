
/*
 * Where an expression begins and ends, among the words of a statement: from the
 * inside out.
 */


#ifndef API_SQL_SPAN_H
#define API_SQL_SPAN_H


#include "sql/words.h"
#include "core/core.h"


typedef struct {
    ngx_uint_t   from;         /* the first word, and behind the last */
    ngx_uint_t   to;
} api_sql_span_t;


/*
 * To the ends of the item that it stands in: up to a comma, a bracket, what is
 * compared, a clause's word.  A branch of CASE is computed or not, by the
 * others: it is taken as a whole.
 */
void api_sql_span_item(const api_sql_words_t *words, api_sql_span_t *range);

/* to what is around an item: the call that it is an argument of, what is in
   parentheses or brackets.  0: nothing is, or a query of its own */
ngx_uint_t api_sql_span_out(const api_sql_words_t *words,
    api_sql_span_t *range);

/* behind the word at i, what is in brackets and CASE being one */
ngx_uint_t api_sql_span_ahead(const api_sql_words_t *words, ngx_uint_t i);

/* the bracket that is open in front of i; words->n: none */
ngx_uint_t api_sql_span_bracket(const api_sql_words_t *words, ngx_uint_t i);


#endif /* API_SQL_SPAN_H */
