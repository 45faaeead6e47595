
/*
 * Which columns a statement writes its parameters to, as its text says:
 * INSERT … (a, b) VALUES ($a, $b), INSERT … SELECT $a, …, UPDATE … SET a = $a,
 * ON CONFLICT … DO UPDATE SET a = $a and those of MERGE.
 *
 * PostgreSQL tells neither by describing a statement nor by its plan where a
 * value ends up, and its errors name columns, not parameters.
 */


#ifndef API_SQL_TARGET_H
#define API_SQL_TARGET_H


#include "sql/bound.h"
#include "sql/item.h"
#include "sql/statement.h"
#include "core/core.h"


typedef struct {
    ngx_str_t         table;      /* as written, quotes and schema included,
                                     without blanks */
    ngx_str_t         relation;   /* its last name as PostgreSQL keeps it */
    ngx_str_t         column;     /* as PostgreSQL keeps it; of a position set
                                     by the configuration, or empty */
    ngx_uint_t        position;   /* of a column that is not named, from 1; 0:
                                     it is */
    ngx_uint_t        param;      /* of the statement, from 0 */
    api_sql_item_e    how;
    unsigned          perhaps:1;  /* where a row is in conflict or matched, or
                                     where a condition asks for it, too */
    unsigned          guarded:1;  /* there may be a condition */
    unsigned          sure:1;     /* what is beyond the bound is refused, by
                                     PostgreSQL or before; set by the
                                     configuration */
    unsigned          free:1;     /* its column takes whatever its type has, as
                                     text and integer do; set likewise */
    api_sql_bound_t   bound;      /* of the column; set by the configuration,
                                     from the catalog */
    unsigned          type;       /* the column's, OID; 0: not known.  Set by
                                     sql/attempt alone */
} api_sql_target_t;


/*
 * targets is made: of api_sql_target_t, in the order of the text.  What is not
 * understood is left out, so that each one that is there is certain, provided
 * that PostgreSQL takes the statement.  all: with items that several parameters
 * are in, or a query, one for each of these.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_target_find(ngx_pool_t *pool,
    const api_sql_statement_t *statement, ngx_uint_t all,
    ngx_array_t *targets);


#endif /* API_SQL_TARGET_H */
