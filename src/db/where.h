
/*
 * Where a statement went wrong, for the log.
 */


#ifndef API_DB_WHERE_H
#define API_DB_WHERE_H


#include "sql/statement.h"


/*
 * Writes from p, at most to last, " in FILE:LINE:COLUMN" of an offset
 * (NGX_ERROR: of the first byte), or where the column is not known ", line L,
 * column C of the statement in FILE:LINE". Returns the end.
 */
u_char *api_db_where(u_char *p, u_char *last,
    const api_sql_statement_t *statement, size_t offset);


#endif /* API_DB_WHERE_H */
