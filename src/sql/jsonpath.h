
/*
 * Strings that are SQL/JSON paths: "$name" in one is a variable of the path
 * itself, which a call passes in its third argument.
 */


#ifndef API_SQL_JSONPATH_H
#define API_SQL_JSONPATH_H


#include "sql/words.h"
#include "core/core.h"


/* has the string, with its quotes, a path's root: $.a, $[0], $ ? (…), $ > 1 */
ngx_uint_t api_sql_jsonpath(const ngx_str_t *string);

/*
 * For such a string, the ith word: NULL if the path has no variables of its
 * own, or if they may be passed elsewhere; else the words that should follow,
 * up to an object with the variables, with an open parenthesis if that is to
 * be closed.  Static memory.
 */
const char *api_sql_jsonpath_lacks(const api_sql_words_t *words, ngx_uint_t i);


#endif /* API_SQL_JSONPATH_H */
