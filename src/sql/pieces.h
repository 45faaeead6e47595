
/*
 * Those expressions of a statement that hold parameters and constants alone, so
 * that they can be computed without its tables: the largest ones.
 *
 * The text tells; a name that is taken for a type or a function may be a
 * column's nevertheless.  Whoever has one computed finds out.
 */


#ifndef API_SQL_PIECES_H
#define API_SQL_PIECES_H


#include "sql/statement.h"
#include "core/core.h"


/* of one statement; more are not looked at */
#define API_SQL_PIECES  16


typedef struct {
    ngx_str_t     text;        /* with the statement's $n; NUL behind */
    ngx_uint_t   *holds;       /* one a parameter: it is in there */
} api_sql_piece_t;


typedef struct {
    ngx_array_t   pieces;      /* of api_sql_piece_t */
    ngx_str_t     names;       /* of the functions in them, in lower case, as
                                  the text of an array; NUL behind; empty: there
                                  are none */
    ngx_uint_t   *mixed;       /* one a parameter, of API_SQL_PIECES_* */
} api_sql_pieces_t;


/* somewhere it is computed with what is stored, or it is not known with what */
#define API_SQL_PIECES_MIXED    0x01

/* something may be divided by that, or by a piece that it is in */
#define API_SQL_PIECES_DIVISOR  0x02


/* NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_sql_pieces_find(ngx_pool_t *pool,
    const api_sql_statement_t *statement, api_sql_pieces_t *pieces);


#endif /* API_SQL_PIECES_H */
