
/*
 * Which parameters are given their declared type though it has
 * inferred another one, to see whether the statement is as good with it.  It
 * takes what stands alone, or beside another unknown, for text (SELECT $id,
 * $a > $b), and for the other side's type what stands beside a constant
 * (price > $n * 2 makes an integer of a number).
 */


#ifndef API_SQL_TRIAL_H
#define API_SQL_TRIAL_H


#include "sql/statement.h"
#include "sql/words.h"
#include "core/core.h"


/*
 * Which type is it worth a try with, an OID; 0: with none.  targets: of
 * api_sql_target_t, all of them, with the types of their columns.  Where it is
 * written to columns of one type only, that one.
 *
 * Not where the statement itself says the type, or where a value would be
 * stored or compared otherwise than it was sent: a cast to text, a text made
 * with "||", a column that is written to and cannot take it as it is (an
 * integer would round a number), a number beside an integer column whose index
 * it would not use.
 */
unsigned api_sql_trial_type(const api_sql_words_t *words,
    const api_sql_statement_t *statement, const ngx_array_t *targets,
    ngx_uint_t n, unsigned inferred);

/*
 * Of a statement that changes rows: does the word i stand where such are made
 * that may go anywhere, in a select list, VALUES, SET?
 */
ngx_uint_t api_sql_trial_passes_on(const api_sql_words_t *words, ngx_uint_t i);

/*
 * Where it is refused: the nth type, from 0, that is tried next in place of the
 * declared one; 0: there is none.
 */
unsigned api_sql_trial_other(unsigned declared, unsigned inferred,
    ngx_uint_t n);


#endif /* API_SQL_TRIAL_H */
