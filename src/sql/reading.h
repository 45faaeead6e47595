
/*
 * Errors of a class that a wrong statement has, which may be a value's
 * nevertheless: "nosuch" as a regclass is no such table (42P01).
 */


#ifndef API_SQL_READING_H
#define API_SQL_READING_H


#include "core/core.h"


struct pg_result;              /* PGresult */


typedef enum {
    API_SQL_READING_NONE = 0,  /* it is the statement's */
    API_SQL_READING_VALUE,     /* a text could not be read: a parameter's, or a
                                  tsquery */
    API_SQL_READING_PERHAPS    /* perhaps one that is cast in the statement */
} api_sql_reading_e;


api_sql_reading_e api_sql_reading(const struct pg_result *res);


#endif /* API_SQL_READING_H */
