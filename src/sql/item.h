
/*
 * What one expression of a statement is made of: an item of VALUES, of a select
 * list, of SET.
 */


#ifndef API_SQL_ITEM_H
#define API_SQL_ITEM_H


#include "sql/statement.h"
#include "sql/words.h"
#include "core/core.h"


typedef enum {
    API_SQL_ITEM_CUT = 0,      /* made of the parameter, perhaps shortened by a
                                  number: left($a, 5), $a::varchar(5) */
    API_SQL_ITEM_MADE,         /* made of it without a number: lower($a) */
    API_SQL_ITEM_SENT,         /* its value where it was sent:
                                  CASE WHEN $a? THEN $a ELSE … END */
    API_SQL_ITEM_PLAIN         /* its value where that is not NULL: $a,
                                  COALESCE($a, …) */
} api_sql_item_e;


/*
 * Is there one parameter in the words before to ($name? does not count)?  1 and
 * its number from 0, or 0; what a query inside makes of one is not the value.
 */
ngx_uint_t api_sql_item_param(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t *param);

/* the next one from *from on, which is put behind it ($name? counts): 1 and its
   number, or 0 */
ngx_uint_t api_sql_item_next(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t *from, ngx_uint_t to,
    ngx_uint_t *param);

/* the number of a parameter of that name; params.nelts: there is none */
ngx_uint_t api_sql_item_number(const api_sql_statement_t *statement,
    const ngx_str_t *name);

/* and how the words are made of that one */
api_sql_item_e api_sql_item_how(const api_sql_words_t *words,
    const api_sql_statement_t *statement, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t param);

/* does it name no column, be it of another row or another table?  A "*" is the
   name of all. */
ngx_uint_t api_sql_item_constant(const api_sql_words_t *words, ngx_uint_t from,
    ngx_uint_t to);


#endif /* API_SQL_ITEM_H */
