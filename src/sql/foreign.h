
/*
 * Parameters and names as others write them, :id, ?, {id} and `id`, where they
 * can be nothing else.
 */


#ifndef API_SQL_FOREIGN_H
#define API_SQL_FOREIGN_H


#include "sql/lexer.h"


/* zeroed before a statement's first token */
typedef struct {
    ngx_uint_t  brackets;      /* "[" that are open */
    size_t      end;           /* of the token before */
} api_sql_foreign_t;


/*
 * To be called for each token, in order.  NULL, or a sentence with what to
 * write; static memory.
 */
const char *api_sql_foreign(api_sql_foreign_t *foreign,
    const api_sql_lexer_t *lexer);


#endif /* API_SQL_FOREIGN_H */
