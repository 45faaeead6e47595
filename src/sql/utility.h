
/*
 * Statements that cannot be a route's: by their first word.
 */


#ifndef API_SQL_UTILITY_H
#define API_SQL_UTILITY_H


#include "sql/lexer.h"


/* NULL, or why not, with the remedy; static memory */
const char *api_sql_utility(const api_sql_lexer_t *first);


#endif /* API_SQL_UTILITY_H */
