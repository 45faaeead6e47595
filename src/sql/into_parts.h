
/*
 * For sql/into and its part about the items of one clause alone.
 */


#ifndef API_SQL_INTO_PARTS_H
#define API_SQL_INTO_PARTS_H


#include "sql/into.h"
#include "sql/words.h"


/* the column is not in the list; the list has no names */
#define API_SQL_INTO_NOWHERE  ((ngx_uint_t) -1)
#define API_SQL_INTO_UNNAMED  ((ngx_uint_t) -2)


typedef struct {
    ngx_pool_t                 *pool;
    const api_sql_statement_t  *statement;
    const ngx_str_t            *relation;  /* NULL: any */
    const ngx_str_t            *column;
    ngx_array_t                *tables;    /* or all of this is to find them */
    api_sql_words_t             words;
    ngx_str_t                   current;   /* that is written to */
    ngx_uint_t                 *inside;
    unsigned                    met:1;     /* a clause that writes to it */
    unsigned                    unnamed:1; /* one has no list of columns */
} api_sql_into_t;

/* the items of one clause, and what they are put into */
typedef struct {
    ngx_uint_t                  from;
    ngx_uint_t                  to;
    unsigned                    rows:1;    /* into rows that are there */
    unsigned                    computed:1; /* none is just a constant */
} api_sql_into_list_t;


/* one value, or a list of them in parentheses, in which it has its place */
void api_sql_into_row(api_sql_into_t *p, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t place, const api_sql_into_list_t *list);

/* of the items that begin at i the one in this place; where they end */
ngx_uint_t api_sql_into_items(api_sql_into_t *p, ngx_uint_t i,
    ngx_uint_t place, const char *const *ends,
    const api_sql_into_list_t *list);

/* bit for each parameter in the words before to */
void api_sql_into_mark(api_sql_into_t *p, ngx_uint_t from, ngx_uint_t to,
    ngx_uint_t bit);


#endif /* API_SQL_INTO_PARTS_H */
