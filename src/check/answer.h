
/*
 * What the server says of one statement.
 */


#ifndef API_CHECK_ANSWER_H
#define API_CHECK_ANSWER_H


#include "check/check.h"


struct pg_result;              /* PGresult */


/* the commands that are sent for each statement, in this order */
enum {
    API_CHECK_ROLLBACK = 0,
    API_CHECK_PATIENCE,
    API_CHECK_PREPARE,
    API_CHECK_DESCRIBE,
    API_CHECK_EXPLAIN
};


/*
 * Takes in the result of one of them.  NGX_OK; NGX_ERROR: memory.  again is
 * set when the statement should be prepared once more, with what was added to
 * told.
 */
API_MUST_CHECK ngx_int_t api_check_answer(api_check_t *check,
    api_check_statement_t *statement, ngx_uint_t command,
    const struct pg_result *res);


#endif /* API_CHECK_ANSWER_H */
