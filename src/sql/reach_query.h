
/*
 * What sql/reach asks the catalog.
 */


#ifndef API_SQL_REACH_QUERY_H
#define API_SQL_REACH_QUERY_H


#include "core/core.h"


/* $1 is a text[] of names; the last one has no parameter */
extern const char  api_sql_reach_query_functions[];
extern const char  api_sql_reach_query_relations[];
extern const char  api_sql_reach_query_hidden[];


/* columns of the first, */
enum {
    API_SQL_REACH_NAME = 0,
    API_SQL_REACH_ROW_VOLATILE,
    API_SQL_REACH_ROW_RECALLS,
    API_SQL_REACH_KIND,        /* c: clean, s: changes the session, x: the
                                  same in an extension's C, q: SQL, p:
                                  PL/pgSQL, o: another language */
    API_SQL_REACH_TEXT,        /* its definition, or NULL */
    API_SQL_REACH_BODY                 /* of an SQL function */
};

/* and of the second */
enum {
    API_SQL_REACH_RELATION = 0,
    API_SQL_REACH_WRITING,
    API_SQL_REACH_DEFINITION
};


#endif /* API_SQL_REACH_QUERY_H */
