
/*
 * Which parameters a statement asks only whether they are NULL.  Such a place
 * says nothing of a type, and PostgreSQL takes none from a later one: "$1 IS
 * NULL OR mood = $1" is refused where "mood = $1 OR $1 IS NULL" is not.
 */


#ifndef API_SQL_NULL_H
#define API_SQL_NULL_H


#include "sql/lexer.h"


/* zeroed before a statement's first token */
typedef struct {
    ngx_uint_t     between;    /* BETWEENs whose AND is still to come */
    unsigned       begin:1;    /* an operand begins with the next token, and
                                  nothing before it binds closer than IS */
    unsigned       operand:1;  /* the last token began one */
} api_sql_null_t;


/* to be called for each token, in order */
void api_sql_null_token(api_sql_null_t *null, const api_sql_lexer_t *lexer);

/*
 * Is the last token, a parameter, all that precedes IS NULL, IS NOT NULL,
 * ISNULL or NOTNULL?
 */
ngx_uint_t api_sql_null_is_asked(const api_sql_null_t *null,
    const api_sql_lexer_t *lexer);


#endif /* API_SQL_NULL_H */
