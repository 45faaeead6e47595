
/*
 * Types that PostgreSQL cannot infer, and is given with a Parse: those that the
 * configuration declares.
 */


#ifndef API_SQL_GIVEN_H
#define API_SQL_GIVEN_H


#include "sql/statement.h"
#include "core/core.h"


typedef enum {
    API_SQL_GIVEN_NOTHING = 0, /* giving types does not help */
    API_SQL_GIVEN_MORE,        /* oids has one more than before */
    API_SQL_GIVEN_BEFORE       /* what would help is there already */
} api_sql_given_e;


/*
 * In the place of an OID: this one is to be inferred though its type is
 * declared.  To PostgreSQL it is 0, for whoever asks what is given it is none.
 */
#define API_SQL_GIVEN_INFER  705


/*
 * sqlstate, message, and the place in the source: why the statement could not
 * be prepared; may be NULL, NGX_ERROR.  oids has an OID for each parameter, 0
 * for one that is to be inferred.
 *
 * 42P18 and 42P08 (indeterminate, ambiguous) name a parameter, and only that
 * one is given its type.  42725 and 42883 (several such functions, or none) and
 * 42804 (cardinality($a)) name none, and may also come from a parameter of
 * unknown type ($body -> 'a'): then all declared types are given.  One of them
 * may be wrong where PostgreSQL would infer it, as json where a composite is:
 * a 42804 that points at a parameter that was given one takes that back.
 */
api_sql_given_e api_sql_given(const api_sql_statement_t *statement,
    const char *sqlstate, const char *message, size_t offset, unsigned *oids);


#endif /* API_SQL_GIVEN_H */
