
/*
 * The tokens of a statement as a list, and what stands at a place of it.  A
 * place behind the last one is no word, name or character.
 */


#ifndef API_SQL_WORDS_H
#define API_SQL_WORDS_H


#include "sql/lexer.h"
#include "core/core.h"


typedef struct {
    api_sql_token_e  token;
    ngx_str_t        text;     /* in the source; of a parameter its name,
                                  without "$" */
} api_sql_word_t;


typedef struct {
    api_sql_word_t  *elts;
    ngx_uint_t       n;
} api_sql_words_t;


/* up to a semicolon, or a fault of the source.  NGX_OK or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_sql_words_read(ngx_pool_t *pool,
    const ngx_str_t *source, api_sql_words_t *words);

/* the keyword, in whatever case? */
ngx_uint_t api_sql_words_is(const api_sql_words_t *words, ngx_uint_t i,
    const char *keyword);

/* one of them, a list that ends in NULL? */
ngx_uint_t api_sql_words_in(const api_sql_words_t *words, ngx_uint_t i,
    const char *const *keywords);

/* a token of this one byte? */
ngx_uint_t api_sql_words_char(const api_sql_words_t *words, ngx_uint_t i,
    u_char ch);

/* a word, or something in double quotes? */
ngx_uint_t api_sql_words_name(const api_sql_words_t *words, ngx_uint_t i);

/*
 * The end of an expression: from i on the first comma, parenthesis that
 * closes, or keyword of a list that ends in NULL, which are not within
 * parentheses, brackets or CASE … END; words->n if there is none.
 */
ngx_uint_t api_sql_words_end(const api_sql_words_t *words, ngx_uint_t i,
    const char *const *keywords);

/* what ends a select list, and the assignments of an UPDATE: all are reserved,
   or cannot follow an expression; lists for the functions above */
extern const char *const  api_sql_words_list_ends[];
extern const char *const  api_sql_words_set_ends[];

/* the first words of a query, behind a parenthesis */
extern const char *const  api_sql_words_queries[];

/* may a statement begin here?  INSERT and its like are names elsewhere */
ngx_uint_t api_sql_words_begins(const api_sql_words_t *words, ngx_uint_t i);

/*
 * A name as PostgreSQL keeps it (its documentation, chapter 4.1.1): in lower
 * case, but in quotes, where two of them are one; NUL behind, the pool's.
 * NGX_OK or NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_sql_words_fold(ngx_pool_t *pool,
    const ngx_str_t *name, ngx_str_t *out);

/*
 * The table at *i, "schema.table", and behind it: as written without blanks,
 * and its last name as PostgreSQL keeps it; both the pool's.  NGX_OK,
 * NGX_DECLINED (there is none) or NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_sql_words_table(ngx_pool_t *pool,
    const api_sql_words_t *words, ngx_uint_t *i, ngx_str_t *table,
    ngx_str_t *relation);

/* the parenthesis that is open at i, which may be one itself, and where the one
   that opens at i closes; words->n: nowhere */
ngx_uint_t api_sql_words_opening(const api_sql_words_t *words, ngx_uint_t i);
ngx_uint_t api_sql_words_closing(const api_sql_words_t *words, ngx_uint_t i);


#endif /* API_SQL_WORDS_H */
