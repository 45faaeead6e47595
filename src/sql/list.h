
/*
 * Which items of a statement's select lists a token stands in: in them (and
 * behind RETURNING) PostgreSQL takes a parameter that stands alone for text.
 */


#ifndef API_SQL_LIST_H
#define API_SQL_LIST_H


#include "sql/lexer.h"


/* zeroed before a statement's first token */
typedef struct {
    ngx_uint_t     depth;      /* of parentheses */
    uint64_t       lists;      /* by depth: in a list; deeper ones are none */
    unsigned       begin:1;    /* an item begins with the next token */
    unsigned       item:1;     /* the last token began one */
} api_sql_list_t;


/* to be called for each token, in order */
void api_sql_list_token(api_sql_list_t *list, const api_sql_lexer_t *lexer);

/* is the last token a whole item?  A cast of it does not count as part */
ngx_uint_t api_sql_list_is_item(const api_sql_list_t *list,
    const api_sql_lexer_t *lexer);


#endif /* API_SQL_LIST_H */
