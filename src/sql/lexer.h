
/*
 * The tokens of an SQL statement, as far as telling a parameter from text
 * asks for it (PostgreSQL's documentation, chapter 4.1 "Lexical Structure";
 * src/backend/parser/scan.l), with standard_conforming_strings on.
 */


#ifndef API_SQL_LEXER_H
#define API_SQL_LEXER_H


#include "core/core.h"
#include "core/scan.h"


typedef enum {
    API_SQL_TOKEN_END = 0,
    API_SQL_TOKEN_WORD,        /* a keyword or an identifier without quotes */
    API_SQL_TOKEN_PARAM,       /* $name, $name.field.field, with "?" or not */
    API_SQL_TOKEN_SEMICOLON,
    API_SQL_TOKEN_OTHER        /* a constant, a quoted identifier, one byte of
                                  an operator, a parenthesis… */
} api_sql_token_e;


typedef struct {
    api_scan_t       in;
    api_sql_token_e  token;
    size_t           start;    /* the token's first byte; it ends at
                                  api_scan_offset(&in) */
    ngx_str_t        name;     /* of a word or a parameter (without "$") */

    /* of a fault */
    size_t           offset;
    const char      *why;      /* a sentence with the remedy, static memory */
} api_sql_lexer_t;


/* text: valid UTF-8; it must outlive the lexer */
void api_sql_lexer_init(api_sql_lexer_t *l, const ngx_str_t *text);

/*
 * The next token; white space and comments before it are passed over.  NGX_OK
 * or NGX_DECLINED: offset and why are set.
 */
API_MUST_CHECK ngx_int_t api_sql_lexer_next(api_sql_lexer_t *l);

/* is the token this keyword, in whatever case? */
ngx_uint_t api_sql_lexer_is(const api_sql_lexer_t *l, const char *keyword);

/* one of them, a list that ends in NULL? */
ngx_uint_t api_sql_lexer_in(const api_sql_lexer_t *l,
    const char *const *keywords);

/* is the first token of a statement this keyword, in whatever case? */
ngx_uint_t api_sql_lexer_begins(const ngx_str_t *text, const char *word);


#endif /* API_SQL_LEXER_H */
