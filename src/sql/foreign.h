
/*
 * Parameters as others write them, :id and ?, where they can be nothing else.
 */


#ifndef API_SQL_FOREIGN_H
#define API_SQL_FOREIGN_H


#include "sql/lexer.h"


/*
 * To be called for each token, in order; *brackets, 0 at first, is kept.  NULL,
 * or a sentence with what to write; static memory.
 */
const char *api_sql_foreign(const api_sql_lexer_t *lexer,
    ngx_uint_t *brackets);


#endif /* API_SQL_FOREIGN_H */
