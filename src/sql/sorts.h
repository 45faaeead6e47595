
/*
 * Where a statement orders or groups its rows by something that is the same
 * for all of them: PostgreSQL accepts ORDER BY $sort, which orders nothing.
 */


#ifndef API_SQL_SORTS_H
#define API_SQL_SORTS_H


#include "sql/words.h"
#include "core/core.h"


/*
 * The first such place from the token *i on (0 at first): a parameter, alone
 * or in an expression that no column is in.  NGX_OK: *i is where to look from
 * next, *param the token of the parameter, *why what it does: "orders nothing";
 * NGX_DECLINED: there is none.
 */
API_MUST_CHECK ngx_int_t api_sql_sorts(const api_sql_words_t *words,
    ngx_uint_t *i, ngx_uint_t *param, const char **why);


#endif /* API_SQL_SORTS_H */
