
/*
 * Strings that are paths of SQL/JSON: "$name" in one is a variable of the path
 * itself, which a call gives as its third argument.
 */


#ifndef API_SQL_JSONPATH_H
#define API_SQL_JSONPATH_H


#include "sql/words.h"
#include "core/core.h"


/* does it, with its quotes, have a root: $.a, $[0], $ ? (…), $ > 1 */
ngx_uint_t api_sql_jsonpath(const ngx_str_t *string);

/*
 * Such a string that is the ith word: NULL where it has variables, or may have
 * them elsewhere; else the words that an object with them should follow, with
 * an open parenthesis where that is to be closed.  Static memory.
 */
const char *api_sql_jsonpath_lacks(const api_sql_words_t *words, ngx_uint_t i);


#endif /* API_SQL_JSONPATH_H */
