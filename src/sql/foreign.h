
/*
 * Parameters and names as in other dialects, :id, ?, {id} and `id`, where they
 * cannot be anything else; and @id, which is abs(id) to PostgreSQL, but is
 * never meant.
 */


#ifndef API_SQL_FOREIGN_H
#define API_SQL_FOREIGN_H


#include "sql/lexer.h"


/* zeroed before a statement's first token */
typedef struct {
    ngx_uint_t  brackets;      /* "[" that are open */
    size_t      end;           /* the end of the previous token */
} api_sql_foreign_t;


/*
 * To be called for each token, in order.  NULL, or a sentence that says what
 * to write; static memory.
 */
const char *api_sql_foreign(api_sql_foreign_t *foreign,
    const api_sql_lexer_t *lexer);


#endif /* API_SQL_FOREIGN_H */
