
/*
 * Does a function in SQL only ask for rows and change them?  It might also run
 * SET, LISTEN or CREATE TEMP TABLE.
 */


#ifndef API_SQL_PLAIN_H
#define API_SQL_PLAIN_H


#include "sql/calls.h"
#include "core/core.h"


/*
 * calls: of its definition; body: the source between its quotes, or empty.  0
 * whenever that cannot be told.
 */
ngx_uint_t api_sql_plain(const api_sql_calls_t *calls,
    const ngx_str_t *body);


#endif /* API_SQL_PLAIN_H */
