
/*
 * What the server says of one statement.
 */


#ifndef API_DB_CHECK_ANSWER_H
#define API_DB_CHECK_ANSWER_H


#include "db/check.h"


struct pg_result;              /* PGresult */


/* the commands that are sent of each, in this order */
enum {
    API_DB_CHECK_ROLLBACK = 0,
    API_DB_CHECK_PATIENCE,
    API_DB_CHECK_PREPARE,
    API_DB_CHECK_DESCRIBE,
    API_DB_CHECK_EXPLAIN
};


/*
 * Takes in the result of one of them.  NGX_OK; NGX_ERROR: memory.  again is set
 * when the statement should be prepared once more, with what was added to
 * told.
 */
API_MUST_CHECK ngx_int_t api_db_check_answer(api_db_check_t *check,
    api_db_check_statement_t *statement, ngx_uint_t command,
    const struct pg_result *res);


#endif /* API_DB_CHECK_ANSWER_H */
