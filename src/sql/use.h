
/*
 * What a statement makes of its parameters, as its text says: enough to tell
 * whose fault it may be that PostgreSQL does not take a value.
 */


#ifndef API_SQL_USE_H
#define API_SQL_USE_H


#include "sql/statement.h"
#include "core/core.h"


/* compared, selected or stored as it is: nothing is computed of it */
#define API_SQL_USE_ALONE    0x01

/* something is, by an operator, a function or a second cast; or it is not
   understood what */
#define API_SQL_USE_MADE     0x02

/* it is what something is divided by, and nothing else is */
#define API_SQL_USE_DIVISOR  0x04

/* it is a part of what something is divided by */
#define API_SQL_USE_DIVIDES  0x08

/* something else is divided by, which is neither a constant nor made of any
   parameter: a zero is a stored one's */
#define API_SQL_USE_BESIDE   0x20

/* it is a number of rows, and cannot be wrong but for being negative */
#define API_SQL_USE_LIMITS   0x80

/* it is a part of a pattern of LIKE, and cannot be wrong but by its escapes */
#define API_SQL_USE_LIKE     0x100

/* besides MADE: what is made of it is read as another type, by a cast */
#define API_SQL_USE_READ     0x200

/* it stands where rows are chosen: alone, and not to be stored or answered */
#define API_SQL_USE_CHOOSES  0x10

/* rows that are not found may be NULL, by an outer join or an aggregate */
#define API_SQL_USE_LACKS    0x40


/* besides MADE: no stored value stands in that expression, in one place … */
#define API_SQL_USE_PURE     0x400

/* … and where one does, it is an argument of a call that no parameter is */
#define API_SQL_USE_APART    0x800

/* it is a pattern or a format, which is read when the others are good */
#define API_SQL_USE_RULES    0x1000

/* a stored text is read as another type somewhere in the statement */
#define API_SQL_USE_STORED   0x2000

/* something is divided by what a function in FROM makes of it */
#define API_SQL_USE_SOURCE   0x4000

/* uses: one a parameter, of API_SQL_USE_*.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_sql_use_find(ngx_pool_t *pool,
    const api_sql_statement_t *statement, ngx_uint_t *uses);

/*
 * Is something divided by that column, or by what is made of it, behind
 * RETURNING, where it has what was just stored?  NGX_OK, NGX_DECLINED or
 * NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_use_divides(ngx_pool_t *pool,
    const api_sql_statement_t *statement, const ngx_str_t *column);


#endif /* API_SQL_USE_H */
