
/*
 * What a statement leaves in its session, as far as its own words tell:
 * settings and locks that do not end with the transaction.
 */


#ifndef API_SQL_LEAVES_H
#define API_SQL_LEAVES_H


#include "sql/words.h"
#include "core/core.h"


/*
 * The first such place from the token *i on (0 at first).  NGX_OK: *i is where
 * to look from next, *offset bytes into source, *why the end of a sentence with
 * the remedy; NGX_DECLINED: there is none.
 */
API_MUST_CHECK ngx_int_t api_sql_leaves(const api_sql_words_t *words,
    const ngx_str_t *source, ngx_uint_t *i, size_t *offset,
    const char **why);


#endif /* API_SQL_LEAVES_H */
