
/*
 * Types that PostgreSQL cannot infer and is told: those the configuration
 * declares.
 */


#ifndef API_SQL_TOLD_H
#define API_SQL_TOLD_H


#include "sql/statement.h"
#include "core/core.h"


typedef enum {
    API_SQL_TOLD_NOTHING = 0,  /* telling types does not help */
    API_SQL_TOLD_MORE,         /* oids has one more than before */
    API_SQL_TOLD_BEFORE        /* what would help is there already */
} api_sql_told_e;


/*
 * sqlstate and message: why the statement could not be prepared; may be NULL.
 * oids has an OID for each parameter, 0 for one that is to be inferred.
 *
 * 42P18 and 42P08 (indeterminate, ambiguous) name a parameter, and only that
 * one is told.  42725 and 42883 (several such functions, or none) and 42804
 * (cardinality($a)) name none, and may also come from a parameter of unknown
 * type ($body -> 'a'): then all declared types are told.
 */
api_sql_told_e api_sql_told(const api_sql_statement_t *statement,
    const char *sqlstate, const char *message, unsigned *oids);


#endif /* API_SQL_TOLD_H */
